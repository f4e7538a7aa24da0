using Xunit;

namespace EtlWorker.IntegrationTests.Rigging;

/// <summary>Tests that measure this process, and so run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
