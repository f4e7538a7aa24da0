using EtlWorker.Ledger;

namespace EtlWorker.Tests.Intake;

/// <summary>A ledger that can be written, or fails as it is reported to.</summary>
internal sealed class FakeProbe : ILedgerProbe
{
    public Func<Task> OnProbe { get; set; } = () => Task.CompletedTask;

    public Task ProbeAsync(CancellationToken cancellationToken) => OnProbe();
}
