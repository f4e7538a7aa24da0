using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.Faults;

/// <summary>A fault that strikes the next so many matching requests, and then is used up.</summary>
internal sealed class FaultRule<T>(T fault, int times, Func<AwsRequest, bool> when)
{
    private int _left = times;

    public T Fault { get; } = fault;

    public bool Strikes(AwsRequest request) => _left > 0 && when(request) && _left-- > 0;
}
