/** Every setting, read once, validated, and named in errors. */
@NullMarked
package io.agentruntime.settings;

import org.jspecify.annotations.NullMarked;
