using System.CommandLine;

namespace EtlWorker.Commands;

/// <summary>A verb whose help ends with an example.</summary>
internal sealed class Verb(string name, string description, string example) : Command(name, description)
{
    public string Example => example;
}
