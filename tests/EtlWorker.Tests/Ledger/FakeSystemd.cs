using System.Threading.Channels;
using Microsoft.Extensions.Hosting.Systemd;

namespace EtlWorker.Tests.Ledger;

/// <summary>Remembers what it was reported, for later and for whoever waits for it.</summary>
internal sealed class FakeSystemd : ISystemdNotifier
{
    private readonly Channel<string> _known = Channel.CreateUnbounded<string>();

    public List<string> Told { get; } = [];

    public Exception? Fault { get; set; }

    public bool IsEnabled => true;

    public void Notify(ServiceState state)
    {
        if (Fault is not null)
        {
            throw Fault;
        }

        Told.Add(state.ToString());
        _known.Writer.TryWrite(state.ToString());
    }

    /// <summary>Reads over everything up to a message.</summary>
    public async Task HearAsync(string wanted, CancellationToken cancellationToken)
    {
        while (await _known.Reader.ReadAsync(cancellationToken) != wanted)
        {
        }
    }
}
