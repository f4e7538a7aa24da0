using System.Net;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using EtlWorker.Domain.Runs;
using EtlWorker.Intake;
using Xunit;

namespace EtlWorker.Tests.Intake;

public sealed class QueueFaultTests
{
    private static readonly QueueOptions Queue = new(new Uri("https://sqs.eu-west-1.amazonaws.com/1/drops")) { Region = "eu-west-1" };

    [Theory]
    [InlineData("https://sqs.eu-west-1.amazonaws.com/123456789012/drops")]
    [InlineData("https://sqs-fips.eu-west-1.amazonaws.com/123456789012/drops")]
    [InlineData("https://eu-west-1.queue.amazonaws.com/123456789012/drops")]
    public void A_queue_of_another_region_is_told_with_the_region_to_set(string url)
    {
        var queue = new QueueOptions(new Uri(url)) { Region = "us-east-1" };
        foreach (var fault in new AmazonServiceException[] { new QueueDoesNotExistException("message"), Service(403, "AccessDenied") })
        {
            var (_, cause, remedy) = QueueFault.Of(fault, queue)!;

            Assert.Equal("it is in eu-west-1, and the worker asks in us-east-1", cause);
            Assert.Equal("Set AWS_REGION=eu-west-1; bucket, queue and worker belong into one region.", remedy);
        }
    }

    [Fact]
    public void A_queue_that_is_not_there_is_to_be_created()
    {
        var (_, cause, remedy) = QueueFault.Of(new QueueDoesNotExistException("message"), Queue)!;

        Assert.Equal("it does not exist", cause);
        Assert.Equal("Create it or correct QUEUE__URL.", remedy);
    }

    [Theory]
    [InlineData(403, "AccessDenied")]
    [InlineData(403, "AccessDeniedException")]
    [InlineData(400, "AccessDeniedException")]
    [InlineData(403, "InvalidClientTokenId")]
    [InlineData(400, "UnrecognizedClientException")]
    public void An_access_denied_is_told_with_the_rights_that_are_needed(int status, string code)
    {
        var (_, cause, remedy) = QueueFault.Of(Service(status, code), Queue)!;

        Assert.Equal($"access denied ({code})", cause);
        Assert.Contains("sqs:ReceiveMessage", remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KMS.DisabledException")]
    [InlineData("KmsDisabled")]
    public void A_KMS_key_that_cannot_be_used_is_named(string code) =>
        Assert.Equal($"its KMS key cannot be used ({code})", QueueFault.Of(Service(400, code), Queue)!.Cause);

    [Fact]
    public void A_clock_that_is_wrong_is_no_lack_of_rights()
    {
        var fault = new AmazonSQSException(
            "Signature expired: it is now later", ErrorType.Unknown, "SignatureDoesNotMatch", "request", HttpStatusCode.Forbidden);

        Assert.StartsWith("this machine's clock is wrong", QueueFault.Of(fault, Queue)!.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void What_passes_has_no_such_explanation()
    {
        Assert.Equal(new Fault(FaultKind.Passing, "message", ""), QueueFault.Of(Service(503, "ServiceUnavailable"), Queue));
        Assert.Equal(
            new Fault(FaultKind.Passing, "no route", ""),
            QueueFault.Of(new HttpRequestException("no route"), new QueueOptions(Queue.Url) { Region = "us-east-1" }));
        Assert.Null(QueueFault.Of(new InvalidOperationException("a fault of the program"), Queue));
    }

    [Fact]
    public void Whatever_else_is_refused_is_told_with_what_to_check()
    {
        var local = new QueueOptions(new Uri("http://127.0.0.1:4566/1/drops")) { Region = "us-east-1" };
        var (_, cause, remedy) = QueueFault.Of(Service(400, "Other"), local)!;

        Assert.Equal("SQS refused the request: Other message", cause);
        Assert.Contains("QUEUE__URL", remedy, StringComparison.Ordinal);
    }

    private static AmazonSQSException Service(int status, string code) =>
        new("message", ErrorType.Unknown, code, "request", (HttpStatusCode)status);
}
