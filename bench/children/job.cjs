// A job that says that it ran, and ends. Not before the message has left: Deno would lose it.
process.send({ ran: true }, () => process.disconnect());
