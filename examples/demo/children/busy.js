// Says that it runs, and then never comes back to its event loop.
process.send('running');
for (;;);
