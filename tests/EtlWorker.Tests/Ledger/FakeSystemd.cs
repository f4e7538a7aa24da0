using Microsoft.Extensions.Hosting.Systemd;

namespace EtlWorker.Tests.Ledger;

/// <summary>Remembers what it was told.</summary>
internal sealed class FakeSystemd : ISystemdNotifier
{
    public List<string> Told { get; } = [];

    public Exception? Fault { get; set; }

    public Action<string> OnTold { get; set; } = _ => { };

    public bool IsEnabled => true;

    public void Notify(ServiceState state)
    {
        if (Fault is not null)
        {
            throw Fault;
        }

        Told.Add(state.ToString());
        OnTold(state.ToString());
    }
}
