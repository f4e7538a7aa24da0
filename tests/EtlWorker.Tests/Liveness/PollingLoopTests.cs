using EtlWorker.Liveness;
using EtlWorker.Tests.Memory;
using Xunit;

namespace EtlWorker.Tests.Liveness;

public sealed class PollingLoopTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_turn_that_fails_is_told_waited_out_and_made_again()
    {
        var time = new WatchedTime(DateTimeOffset.UnixEpoch);
        using var loop = new Loop(time, turn => turn < 2 ? throw new InvalidOperationException($"turn {turn}") : TimeSpan.FromHours(1));
        await loop.StartAsync(Stop);
        await time.WaitedForAsync(Stop);
        Assert.Equal(["turn 0"], loop.Faults);
        time.Advance(TimeSpan.FromSeconds(5));
        await time.WaitedForAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(5));
        await time.WaitedForAsync(Stop);

        Assert.Equal(["turn 0", "turn 1"], loop.Faults);
        await loop.StopAsync(Stop);
        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
        Assert.True(loop.Beats >= 4);
    }

    [Fact]
    public async Task What_fails_of_its_stop_is_not_told()
    {
        using var loop = new Loop(new WatchedTime(DateTimeOffset.UnixEpoch), _ => TimeSpan.Zero)
        {
            OnStop = () => throw new IOException("cut off"),
        };
        await loop.StartAsync(Stop);
        await loop.Began.WaitAsync(Stop);

        await loop.StopAsync(Stop);

        Assert.Empty(loop.Faults);
        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
    }

    private sealed class Loop(TimeProvider time, Func<int, TimeSpan> turns) : PollingLoop(time)
    {
        private readonly TaskCompletionSource _began = new();
        private int _turn;

        public List<string> Faults { get; } = [];

        public int Beats { get; private set; }

        /// <summary>Has each turn last until the stop, and end with this.</summary>
        public Action? OnStop { get; init; }

        public Task Began => _began.Task;

        protected override async Task<TimeSpan> PollAsync(CancellationToken stoppingToken)
        {
            var turn = _turn++;
            _began.TrySetResult();
            if (OnStop is not null)
            {
                var stopped = new TaskCompletionSource();
                await using var stop = stoppingToken.Register(stopped.SetResult);
                await stopped.Task;
                OnStop();
            }

            return turns(turn);
        }

        protected override TimeSpan Failed(Exception fault)
        {
            Faults.Add(fault.Message);
            return TimeSpan.FromSeconds(5);
        }

        protected override void Beat() => Beats++;
    }
}
