/** What surrounds a request: id, limits, log line, health. */
@NullMarked
package io.agentruntime.web;

import org.jspecify.annotations.NullMarked;
