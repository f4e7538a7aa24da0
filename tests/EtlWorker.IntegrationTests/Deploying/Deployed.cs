using Xunit;

namespace EtlWorker.IntegrationTests.Deploying;

/// <summary>The tests that share a deployment.</summary>
[CollectionDefinition(Name)]
public sealed class Deployed : ICollectionFixture<Deployment>
{
    public const string Name = "deployment";
}
