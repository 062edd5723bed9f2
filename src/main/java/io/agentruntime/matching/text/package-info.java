/**
 * What is read of a text and of what a flow says of itself, each by itself: no scores, no models.
 */
@NullMarked
package io.agentruntime.matching.text;

import org.jspecify.annotations.NullMarked;
