using EtlWorker.Commands;

return await CommandLine.RunAsync(args);
