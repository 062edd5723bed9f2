@NullMarked
package io.agentruntime;

import org.jspecify.annotations.NullMarked;
