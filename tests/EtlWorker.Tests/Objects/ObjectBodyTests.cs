using EtlWorker.Domain.Runs;
using EtlWorker.Objects;
using Xunit;

namespace EtlWorker.Tests.Objects;

public sealed class ObjectBodyTests
{
    [Fact]
    public async Task A_body_of_which_no_more_comes_is_given_up()
    {
        using var body = new ObjectBody
        {
            Stream = new SilentStream(),
            From = 0,
            Total = 3,
            ETag = null,
            Silence = TimeSpan.FromMilliseconds(20),
        };

        var fault = (await Assert.ThrowsAsync<FaultException>(
            () => body.ReadAllAsync(TestContext.Current.CancellationToken))).Fault;

        Assert.Equal(FaultKind.Passing, fault.Kind);
        Assert.Equal("3 bytes did not come in 0 seconds", fault.Cause);
    }

    /// <summary>Answers nothing, and waits for what cancels it.</summary>
    private sealed class SilentStream : ForwardStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(new TaskCompletionSource<int>().Task.WaitAsync(cancellationToken));
    }
}
