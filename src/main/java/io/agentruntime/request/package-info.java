/** What the parts of a request's way tell those around it. */
@NullMarked
package io.agentruntime.request;

import org.jspecify.annotations.NullMarked;
