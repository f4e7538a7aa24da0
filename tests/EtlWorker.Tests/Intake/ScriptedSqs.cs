using System.Reflection;
using Amazon.SQS.Model;

namespace EtlWorker.Tests.Intake;

/// <summary>A queue that answers receives as a test says, and deletes what it is asked to.</summary>
public class ScriptedSqs : DispatchProxy
{
    public Func<CancellationToken, Task<ReceiveMessageResponse>> OnReceive { get; set; } = ForeverAsync;

    public Action OnDelete { get; set; } = () => { };

    /// <summary>Until whoever asks has lost patience.</summary>
    public static async Task<ReceiveMessageResponse> ForeverAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource<ReceiveMessageResponse>();
        return await never.Task.WaitAsync(cancellationToken);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == "ReceiveMessageAsync")
        {
            return OnReceive((CancellationToken)args![1]!);
        }

        OnDelete();
        return Task.FromResult(new DeleteMessageBatchResponse());
    }
}
