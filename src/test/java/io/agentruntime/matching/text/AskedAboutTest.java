package io.agentruntime.matching.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that speak of what a flow is for, and those that ask it to do that. */
class AskedAboutTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "My missing parcel arrived, thanks!",
                "The broken printer works again, thanks!",
                "The damaged goods issue is resolved, thanks a lot",
                "My late parcel came today, thank you",
                "The missing payslip item is fixed, thanks",
                "The VPN access only came today, it works, thanks"
            })
    void whatWasWrongIsDoneWhenItIsNoMore(String text) {
        assertThat(AskedAbout.of(Opening.of(text))).contains(AskedAbout.DONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "what can I ask you?",
                "What can I ask you about?",
                "what can you do?",
                "what can you do for me",
                "what else can you do",
                "what are you able to do",
                "what are you capable of",
                "What are you good at?",
                "which tasks can you do for me",
                "what kinds of tasks can you handle?",
                "which questions can you answer",
                "what can you help me with",
                "tell me what you can do",
                "Hi Anna, what can I ask you?",
                "I am new here. What can I ask you?",
                "Which tasks can you do for me?\nThanks"
            })
    void whatThereIsToAskForIsNoTask(String text) {
        assertThat(AskedAbout.of(Opening.of(TaskText.of(text)))).contains(AskedAbout.ABILITIES);
    }

    @ParameterizedTest
    @CsvSource({
        "what is постмортем, MEANING",
        "what does постмортем mean, MEANING",
        "who inventedя postmortem, ''",
        "i reset пароль already, DONE",
        "how often was 邮件run, ''"
    })
    void wordsOfAnyScriptAreWords(String text, String about) {
        assertThat(AskedAbout.of(Opening.of(text)).map(Enum::name).orElse("")).isEqualTo(about);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "what can you do about my broken laptop",
                "what can I do in Rome",
                "what can I ask the candidate",
                "which questions can I ask in an interview",
                "what can you tell me about this contract",
                "what do you know about leases",
                "which tasks are late",
                "What's for lunch?",
                "What's new?",
                "what's wrong with it",
                "what is Anna's phone number",
                "What is the difference between these two contracts?",
                "What's the difference between contract v1 and v2?",
                "what's the difference between our offers",
                "What is the meaning of this clause?",
                "What is weather in Berlin?",
                "What are good restaurants nearby?",
                "Why are we losing customers?",
                "What do these symptoms mean?",
                "What does my contract mean by that?",
                "My laptop is broken. I already restarted it",
                "Hi Anna, I already have a draft, proofread it",
                "I already have a draft, proofread it",
                "We already have a contract with them - review it",
                "I've already filled in the form. Submit it",
                "I already have the transcript: summarize it",
                "I already have a draft\nproofread it",
                "My laptop needs to be fixed, thanks",
                "The monitor in room 5 has to get fixed, thank you",
                "The street lamp outside works only sometimes, thank you",
                "My parcel arrived damaged, thank you for nothing",
                "what are visiting hours?",
                "what are customs fees",
                "The printer in room 3 must be fixed, thank you",
                "My parcel arrived damaged, send a replacement. Thank you",
                "The draft is great, translate it to French, thanks",
                "What’s Peter’s email address?",
                "why do we lose deals against Acme",
                "why do we have so many returns?",
                "write a welcome flow for new newsletter subscribers",
                "create an abandoned cart flow for our shop",
                "how do I change the flow rate of pump P4",
                "how do I connect the flow sensor",
                "what are visiting hours",
                "What are opening times?",
                "what are delivery dates",
                "what is bed availability today",
                "why do people quit at level 3",
                "why do people leave our game",
                "which models are in stock",
                "which models do we still sell",
                "create a checkout flow for our shop",
                "how can we improve patient flow in the emergency room",
                "how do we improve material flow in the warehouse",
                "how can we improve the traffic flow on King Road",
                "The street lamp works only sometimes, thank you",
                "our ultrasound machine needs to get fixed thanks",
                "the monitor is broken and has to get fixed, thank you",
                "My parcel arrived damaged. Thanks, Paul",
                "The goods arrived broken. Thank you",
                "My bin came back broken. Thanks, Ann",
                "our street lamp came on at noon, thanks",
                "My washing machine shows E18. What is it?",
                "My washing machine shows E18. What does E18 mean?",
                "There are small green insects on my roses. What are they?",
                "Here is my application. What is missing?",
                "We have three days in Rome. What is best?",
                "We have three days in Rome. What is a good plan?",
                "I filled in the application. What is needed?"
            })
    void aQuestionAsksForSomethingToBeDone(String text) {
        assertThat(AskedAbout.of(Opening.of(text))).isEmpty();
    }
}
