/** Request and answer of the API, the project-hint rule, the decision. */
@NullMarked
package io.agentruntime.provision;

import org.jspecify.annotations.NullMarked;
