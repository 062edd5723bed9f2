/** How files are read and written that are kept from one start to the next. */
@NullMarked
package io.agentruntime.state;

import org.jspecify.annotations.NullMarked;
