using EtlWorker.StandIns.Http;
using EtlWorker.StandIns.Sqs;

namespace EtlWorker.StandIns.Faults;

/// <summary>
/// Faults on demand. Rules strike the next <c>times</c> requests that match and are then used up; a predicate left out
/// matches every request of the service.
/// </summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<FaultRule<AwsFailure>> _failures = [];
    private readonly List<FaultRule<BodyFault>> _bodies = [];
    private readonly List<FaultRule<bool>> _lostReplies = [];
    private readonly HashSet<AwsService> _unreachable = [];
    private readonly QueueDirectory _queues;

    internal FaultPlan(QueueDirectory queues) => _queues = queues;

    /// <summary>Refuses requests before they have any effect, by default with S3's "503 SlowDown".</summary>
    public void Fail(AwsService service, int times = 1, int status = 503, string code = "SlowDown", Func<AwsRequest, bool>? when = null) =>
        Add(_failures, new AwsFailure(status, code, "Asked for by a fault rule."), times, service, when);

    /// <summary>Serves requests in full, then garbles the answer, so that the client cannot know how they ended.</summary>
    public void LoseReply(AwsService service, int times = 1, Func<AwsRequest, bool>? when = null) =>
        Add(_lostReplies, true, times, service, when);

    /// <summary>Closes the connection after so many bytes of a GET body.</summary>
    public void CutBody(long afterBytes, int times = 1, Func<AwsRequest, bool>? when = null) =>
        Add(_bodies, BodyFault.None with { CutAfter = afterBytes }, times, AwsService.S3, when);

    /// <summary>Sends GET bodies in chunks, pausing on the stand-in's clock before each.</summary>
    public void SlowBody(int chunkBytes, TimeSpan delay, int times = int.MaxValue, Func<AwsRequest, bool>? when = null) =>
        Add(_bodies, new BodyFault(null, chunkBytes, delay), times, AwsService.S3, when);

    /// <summary>Aborts every connection to a service until <see cref="Restore"/>.</summary>
    public void MakeUnreachable(AwsService service)
    {
        lock (_gate)
            _unreachable.Add(service);
    }

    /// <summary>Makes a service reachable again.</summary>
    public void Restore(AwsService service)
    {
        lock (_gate)
            _unreachable.Remove(service);
    }

    /// <summary>Delivers every message sent to the queue from now on this many times; 1 is normal.</summary>
    public void DeliverCopies(string queueName, int copies) => _queues.Named(queueName).Copies = copies;

    /// <summary>Keeps messages sent to the queue from now on out of sight until <see cref="ReleaseReversed"/>.</summary>
    public void Hold(string queueName) => _queues.Named(queueName).Hold();

    /// <summary>Lets the held messages go, the last one first.</summary>
    public void ReleaseReversed(string queueName) => _queues.Named(queueName).ReleaseReversed();

    /// <summary>Forgets all rules and makes every service reachable; queues keep what was set on them.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _failures.Clear();
            _bodies.Clear();
            _lostReplies.Clear();
            _unreachable.Clear();
        }
    }

    internal bool IsUnreachable(AwsService service)
    {
        lock (_gate)
            return _unreachable.Contains(service);
    }

    internal AwsFailure? TakeFailure(AwsRequest request) => Take(_failures, request);

    internal bool TakeLostReply(AwsRequest request) => Take(_lostReplies, request);

    internal BodyFault TakeBodyFault(AwsRequest request) => Take(_bodies, request) ?? BodyFault.None;

    private void Add<T>(List<FaultRule<T>> rules, T fault, int times, AwsService service, Func<AwsRequest, bool>? when)
    {
        lock (_gate)
            rules.Add(new FaultRule<T>(fault, times, request => request.Service == service && (when is null || when(request))));
    }

    private T? Take<T>(List<FaultRule<T>> rules, AwsRequest request)
    {
        lock (_gate)
        {
            var rule = rules.Find(candidate => candidate.Strikes(request));
            return rule is null ? default : rule.Fault;
        }
    }
}
