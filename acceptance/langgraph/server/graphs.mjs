// Two graphs that do nothing: what counts is that a real server lists them.
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";

const State = Annotation.Root({ text: Annotation });
const echo = () =>
    new StateGraph(State)
        .addNode("echo", async (state) => state)
        .addEdge(START, "echo")
        .addEdge("echo", END)
        .compile();

export const invoices = echo();
export const tickets = echo();
