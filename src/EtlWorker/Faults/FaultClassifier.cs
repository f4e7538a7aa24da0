using System.Net.Sockets;
using EtlWorker.Domain.Runs;
using EtlWorker.Storage;

namespace EtlWorker.Faults;

/// <summary>
/// Says of any exception what it means. What S3, SQS, SNS and PostgreSQL answer is classified where they are asked; here the rest is:
/// the way to them, this machine, and the program itself.
/// </summary>
internal static class FaultClassifier
{
    public static Fault Of(Exception fault) => (fault as FaultException)?.Fault ?? PostgresFault.Of(fault) ?? fault switch
    {
        // A cancellation that nobody asked for is an HTTP client's time limit; the callers know their own.
        _ when IsPassing(fault) => new Fault(FaultKind.Passing, CauseOf(fault), ""),
        TimeZoneNotFoundException or InvalidTimeZoneException => new Fault(FaultKind.Permanent,
            $"the run's time zone is not known on this machine: {fault.Message}",
            "Install the time zones (package tzdata), and restart the service."),
        _ => new Fault(
            FaultKind.Permanent, $"{fault.GetType().Name}: {fault.Message}",
            "This is a fault of the program: keep the journal (journalctl -u etlworker) and report it.")
        {
            IsOfContents = true,
            Unexpected = fault,
        },
    };

    /// <summary>Whether a request, or the way to whom it went, failed in a way that passes by itself.</summary>
    public static bool IsPassing(Exception fault) => fault
        is FaultException { Fault.Kind: FaultKind.Passing }
        or IOException or HttpRequestException or SocketException or TimeoutException or OperationCanceledException;

    /// <summary>A fault's message with what is beneath it, where that says more. What the server says may hold values.</summary>
    public static string CauseOf(Exception fault) => ConnectFault.WithCause(fault);
}
