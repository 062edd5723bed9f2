package io.agentruntime.memory;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A list that does not fit is given up before threads of others get no memory. */
class HeapRoomTest {
    private final AtomicLong left = new AtomicLong(95);
    private final HeapRoom room = new HeapRoom(left::get, 100);

    private void takeMany() {
        for (int i = 0; i < 1_000; i++) {
            room.take();
        }
    }

    @Test
    void workIsGivenUpWhenACollectionDuringItLeftTheHeapNearlyFull() {
        takeMany();
        left.set(80);
        takeMany();
        left.set(91);

        assertThatThrownBy(this::takeMany).isInstanceOf(OutOfMemoryError.class);
    }

    /** It may have been collected for other work, which is over. */
    @Test
    void whatWasLeftBeforeTheWorkBeganDoesNotCount() {
        assertThatCode(this::takeMany).doesNotThrowAnyException();
    }

    @Test
    void fewThingsAreAlwaysMade() {
        left.set(99);

        assertThatCode(room::take).doesNotThrowAnyException();
    }
}
