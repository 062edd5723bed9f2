/** What must hold for route files, checked before they are used. */
@NullMarked
package io.agentruntime.routes;

import org.jspecify.annotations.NullMarked;
