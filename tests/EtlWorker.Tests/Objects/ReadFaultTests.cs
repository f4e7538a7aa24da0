using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using EtlWorker.Objects;
using Xunit;

namespace EtlWorker.Tests.Objects;

public sealed class ReadFaultTests
{
    [Theory]
    [InlineData(HttpStatusCode.NotFound, "NoSuchKey", true, false)]
    [InlineData(HttpStatusCode.NotFound, "NoSuchVersion", true, false)]
    [InlineData(HttpStatusCode.MethodNotAllowed, "MethodNotAllowed", true, false)] // a delete marker, asked for by its id
    [InlineData(HttpStatusCode.PreconditionFailed, "PreconditionFailed", true, false)]
    [InlineData(HttpStatusCode.NotFound, "NoSuchBucket", false, false)]
    [InlineData(HttpStatusCode.Forbidden, "AccessDenied", false, false)]
    [InlineData(HttpStatusCode.RequestedRangeNotSatisfiable, "InvalidRange", false, false)]
    [InlineData(HttpStatusCode.BadRequest, "InvalidArgument", false, false)]
    [InlineData(HttpStatusCode.BadRequest, null, false, false)]
    [InlineData(HttpStatusCode.BadRequest, "RequestTimeout", false, true)]
    [InlineData(HttpStatusCode.BadRequest, "ExpiredToken", false, true)]
    [InlineData(HttpStatusCode.ServiceUnavailable, "SlowDown", false, true)]
    [InlineData(HttpStatusCode.TooManyRequests, null, false, true)]
    public void An_answer_says_whether_the_object_changed_or_the_fault_will_pass(HttpStatusCode status, string? code, bool isChanged, bool isPassing)
    {
        var fault = new AmazonS3Exception("message") { StatusCode = status, ErrorCode = code };

        Assert.Equal((isChanged, isPassing), (ReadFault.IsChanged(fault), ReadFault.IsPassing(fault)));
    }

    [Fact]
    public void A_connection_passes_and_a_fault_of_the_program_does_not()
    {
        Assert.True(ReadFault.IsPassing(new AmazonClientException("Cannot reach it.")));
        Assert.False(ReadFault.IsPassing(new InvalidOperationException()));
        Assert.False(ReadFault.IsChanged(new IOException()));
    }
}
