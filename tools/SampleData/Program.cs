using EtlWorker.SampleData;

#pragma warning disable RS0030 // The entry point is where the system clock comes in; everything below is handed a TimeProvider.
return SampleCommand.Run(args, TimeProvider.System, Console.Out, Console.Error);
#pragma warning restore RS0030
