using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using EtlWorker.Faults;
using Polly.Timeout;
using Xunit;

namespace EtlWorker.Tests.Faults;

public sealed class AwsFaultTests
{
    [Theory]
    [InlineData(404, "NoSuchKey", nameof(AwsFaultKind.Changed))]
    [InlineData(404, "NoSuchVersion", nameof(AwsFaultKind.Changed))]
    [InlineData(405, "MethodNotAllowed", nameof(AwsFaultKind.Changed))] // a delete marker, asked for by its id
    [InlineData(412, "PreconditionFailed", nameof(AwsFaultKind.Changed))]
    [InlineData(404, null, nameof(AwsFaultKind.Missing))]
    [InlineData(404, "NoSuchBucket", nameof(AwsFaultKind.NoBucket))]
    [InlineData(400, "QueueDoesNotExist", nameof(AwsFaultKind.NoQueue))]
    [InlineData(400, "AWS.SimpleQueueService.NonExistentQueue", nameof(AwsFaultKind.NoQueue))]
    [InlineData(401, "Unauthorized", nameof(AwsFaultKind.Denied))]
    [InlineData(403, "AccessDenied", nameof(AwsFaultKind.Denied))]
    [InlineData(403, null, nameof(AwsFaultKind.Denied))]
    [InlineData(400, "AccessDeniedException", nameof(AwsFaultKind.Denied))]
    [InlineData(400, "UnrecognizedClientException", nameof(AwsFaultKind.Denied))]
    [InlineData(403, "SignatureDoesNotMatch", nameof(AwsFaultKind.Denied))]
    [InlineData(403, "RequestTimeTooSkewed", nameof(AwsFaultKind.Clock))]
    [InlineData(400, "RequestExpired", nameof(AwsFaultKind.Clock))]
    [InlineData(403, "InvalidObjectState", nameof(AwsFaultKind.Archived))]
    [InlineData(400, "KMS.DisabledException", nameof(AwsFaultKind.Key))]
    [InlineData(500, "KMS.InternalException", nameof(AwsFaultKind.Passing))]
    [InlineData(400, "KMS.ThrottlingException", nameof(AwsFaultKind.Passing))]
    [InlineData(301, "PermanentRedirect", nameof(AwsFaultKind.Region))]
    [InlineData(400, "AuthorizationHeaderMalformed", nameof(AwsFaultKind.Region))]
    [InlineData(416, "InvalidRange", nameof(AwsFaultKind.Refused))]
    [InlineData(400, "InvalidArgument", nameof(AwsFaultKind.Refused))]
    [InlineData(400, null, nameof(AwsFaultKind.Refused))]
    [InlineData(400, "RequestTimeout", nameof(AwsFaultKind.Passing))]
    [InlineData(400, "ExpiredToken", nameof(AwsFaultKind.Passing))]
    [InlineData(403, "ExpiredToken", nameof(AwsFaultKind.Passing))]
    [InlineData(409, "OperationAborted", nameof(AwsFaultKind.Passing))]
    [InlineData(429, null, nameof(AwsFaultKind.Passing))]
    [InlineData(503, "SlowDown", nameof(AwsFaultKind.Passing))]
    [InlineData(0, null, nameof(AwsFaultKind.Passing))]
    public void An_answer_means_the_same_whoever_asked(int status, string? code, string kind)
    {
        var fault = new AmazonServiceException("message") { StatusCode = (HttpStatusCode)status, ErrorCode = code };

        Assert.Equal(Enum.Parse<AwsFaultKind>(kind), AwsFault.Classify(fault));
        Assert.Equal(kind is nameof(AwsFaultKind.Passing) or nameof(AwsFaultKind.Clock), AwsFault.IsPassing(fault));
    }

    [Fact]
    public void A_signature_of_another_hour_is_the_clock_s() => Assert.Equal(
        AwsFaultKind.Clock,
        AwsFault.Classify(new AmazonServiceException("Signature expired: it is later") { ErrorCode = "SignatureDoesNotMatch" }));

    [Fact]
    public void What_happens_on_the_way_passes_and_a_fault_of_the_program_is_none_of_these()
    {
        foreach (var fault in new Exception[]
        {
            new AmazonClientException("Cannot reach it."), new HttpRequestException(), new IOException(), new SocketException(111),
            new TimeoutException(), new OperationCanceledException(), new TimeoutRejectedException(),
        })
        {
            Assert.Equal(AwsFaultKind.Passing, AwsFault.Classify(fault));
        }

        Assert.Null(AwsFault.Classify(new InvalidOperationException()));
        Assert.False(AwsFault.IsPassing(new InvalidOperationException()));
    }
}
