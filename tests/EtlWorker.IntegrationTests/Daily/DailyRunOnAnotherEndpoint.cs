using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Daily;

/// <summary>The same scenarios where S3, SQS and SNS are not of our making.</summary>
public sealed class DailyRunOnAnotherEndpoint(PostgresServer postgres, AnotherEndpoint other)
    : DailyRunScenarios(postgres), IClassFixture<AnotherEndpoint>
{
    private protected override Task<Uri> EndpointAsync() => Task.FromResult(other.EndpointOrSkip());
}
