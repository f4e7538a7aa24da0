using EtlWorker.StandIns.Faults;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace EtlWorker.StandIns.Http;

/// <summary>Takes every request, finds its service, and plays the faults asked for.</summary>
internal sealed class FrontDoor(IReadOnlyDictionary<AwsService, IWireProtocol> services, FaultPlan faults) : IHttpApplication<HttpContext>
{
    private const string SqsTarget = "AmazonSQS.";

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var request = await IdentifyAsync(context);
        var service = services[request.Service];
        if (faults.IsUnreachable(request.Service))
        {
            context.Abort();
        }
        else if (faults.TakeFailure(request) is { } failure)
        {
            await service.RefuseAsync(context, failure);
        }
        else if (faults.TakeLostReply(request))
        {
            context.Response.Body = Stream.Null;
            await AnswerAsync(context, service, request);
            await GarbleAsync(context);
        }
        else
        {
            await AnswerAsync(context, service, request);
        }
    }

    private static async Task AnswerAsync(HttpContext context, IWireProtocol service, AwsRequest request)
    {
        try
        {
            context.Response.Headers["x-amz-request-id"] = context.TraceIdentifier;
            await service.HandleAsync(context, request);
        }
        catch (AwsFailure failure)
        {
            await service.RefuseAsync(context, failure);
        }
        catch (OperationCanceledException)
        {
            // The client has gone or the stand-in is stopping: there is no one to answer.
            context.Abort();
        }
#pragma warning disable CA1031 // Nothing is logged here, so the fault is reported to the caller, whatever it is.
        catch (Exception bug) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            await service.RefuseAsync(context, new AwsFailure(500, "InternalError", bug.ToString()));
        }
    }

    // HttpClient silently sends a request again when a connection closes without a byte; half a status line stops it.
    private static async Task GarbleAsync(HttpContext context)
    {
        var transport = context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport;
        await transport.Output.WriteAsync("HTTP/1.1 "u8.ToArray(), context.RequestAborted);
        context.Response.Headers.Connection = "close";
    }

    private static async Task<AwsRequest> IdentifyAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var action = context.Request.Headers["X-Amz-Target"].ToString();
        if (action.StartsWith(SqsTarget, StringComparison.Ordinal))
            return new AwsRequest(AwsService.Sqs, action[SqsTarget.Length..], target);

        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.HasFormContentType || context.Request.Path != "/")
            return new AwsRequest(AwsService.S3, context.Request.Method, target);

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return new AwsRequest(AwsService.Sns, form["Action"].ToString(), target);
    }
}
