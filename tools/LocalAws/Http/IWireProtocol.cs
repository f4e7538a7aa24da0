namespace EtlWorker.StandIns.Http;

/// <summary>One service's way of reading requests and writing answers.</summary>
internal interface IWireProtocol
{
    Task HandleAsync(HttpContext context, AwsRequest request);

    Task RefuseAsync(HttpContext context, AwsFailure failure);
}
