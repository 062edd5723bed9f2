/** The one table from failure to status. */
@NullMarked
package io.agentruntime.problem;

import org.jspecify.annotations.NullMarked;
