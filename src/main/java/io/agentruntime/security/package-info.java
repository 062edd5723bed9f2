/**
 * Who is calling: verifies tokens and knows the caller. What a token must hold is decided here and
 * nowhere else; HTTP bodies and providers are never seen.
 */
@NullMarked
package io.agentruntime.security;

import org.jspecify.annotations.NullMarked;
