/** How what grows with what is served stays within the heap. Knows nothing of what it holds. */
@NullMarked
package io.agentruntime.memory;

import org.jspecify.annotations.NullMarked;
