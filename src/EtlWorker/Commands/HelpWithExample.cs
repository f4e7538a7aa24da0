using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EtlWorker.Commands;

/// <summary>The library's help, and below it the verb's example and what the exit codes mean.</summary>
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
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is Verb verb)
        {
            output.WriteLine("Example:");
            output.WriteLine($"  {verb.Example}");
            output.WriteLine();
        }

        output.WriteLine("Exit codes:");
        output.WriteLine("  0   done");
        output.WriteLine("  1   failed, or refused: the message says why, and nothing was changed");
        output.WriteLine("  2   wrong usage");
        output.WriteLine("  3   nothing found: no such date, drop or file");
        output.WriteLine("  78  bad configuration or definition: nothing helps but to correct it");
        output.WriteLine();
        return ended;
    }
}
