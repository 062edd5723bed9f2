/** Text in, ranked flows with calibrated confidence and a reason out. Pure: no Camel, no Spring. */
@NullMarked
package io.agentruntime.matching;

import org.jspecify.annotations.NullMarked;
