using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EtlWorker.Commands;

/// <summary>The library's help, and below it the verb's example.</summary>
internal sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
{
    public static void Use(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExample((HelpAction)option.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var ended = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb verb)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Example:");
            output.WriteLine($"  {verb.Example}");
            output.WriteLine();
        }

        return ended;
    }
}
