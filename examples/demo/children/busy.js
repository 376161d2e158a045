// Reports that it runs, and then never returns to its event loop.
process.send('running');
for (;;);
