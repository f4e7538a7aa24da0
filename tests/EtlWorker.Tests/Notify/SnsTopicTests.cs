using System.Net;
using System.Text;
using System.Web;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Notices;
using EtlWorker.Notify;
using Xunit;

namespace EtlWorker.Tests.Notify;

public sealed class SnsTopicTests
{
    private const string Published =
        """<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">"""
        + "<PublishResult><MessageId>94f20ce6-13c5</MessageId></PublishResult></PublishResponse>";

    private static readonly TopicOptions Topic = new(
        "arn:aws:sns:af-south-1:123456789012:notices", new Uri("https://sns.af-south-1.amazonaws.com/"), "af-south-1");

    private static readonly Notice Notice = new()
    {
        Pipeline = "retail",
        Kind = "succeeded",
        RunDate = new DateOnly(2026, 3, 1),
        RunId = 42,
        Subject = "[etlworker] retail & more",
        Body = "line 1\nline 2: 100 % + ü=国\n",
    };

    [Fact]
    public async Task A_notice_is_published_as_a_form_with_its_attributes()
    {
        var answer = new FakeAnswer(HttpStatusCode.OK, Published);

        Assert.Equal("94f20ce6-13c5", await PublishAsync(answer, Notice));

        Assert.Equal((HttpMethod.Post, Topic.Endpoint), (answer.Request!.Method, answer.Request.RequestUri));
        Assert.Equal("application/x-www-form-urlencoded", answer.Request.Content!.Headers.ContentType!.MediaType);
        var form = HttpUtility.ParseQueryString(answer.Form!);
        Assert.Equal(
            [
                ("Action", "Publish"), ("Version", "2010-03-31"), ("TopicArn", Topic.Arn), ("Subject", Notice.Subject),
                ("Message", Notice.Body),
                ("MessageAttributes.entry.1.Name", "pipeline"), ("MessageAttributes.entry.1.Value.DataType", "String"),
                ("MessageAttributes.entry.1.Value.StringValue", "retail"),
                ("MessageAttributes.entry.2.Name", "status"), ("MessageAttributes.entry.2.Value.DataType", "String"),
                ("MessageAttributes.entry.2.Value.StringValue", "succeeded"),
                ("MessageAttributes.entry.3.Name", "run_date"), ("MessageAttributes.entry.3.Value.DataType", "String"),
                ("MessageAttributes.entry.3.Value.StringValue", "2026-03-01"),
                ("MessageAttributes.entry.4.Name", "run_id"), ("MessageAttributes.entry.4.Value.DataType", "String"),
                ("MessageAttributes.entry.4.Value.StringValue", "42"),
            ],
            form.AllKeys.Select(key => (key!, form[key]!)));
    }

    [Fact]
    public async Task A_notice_without_a_run_has_no_attribute_of_one()
    {
        var answer = new FakeAnswer(HttpStatusCode.OK, Published);

        await PublishAsync(answer, Notice with { RunId = null, RunDate = null });

        Assert.DoesNotContain("entry.3", answer.Form, StringComparison.Ordinal);
        Assert.DoesNotContain("run_id", answer.Form, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        HttpStatusCode.Forbidden,
        "<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>not allowed</Message></Error></ErrorResponse>",
        "SNS answered 403: AuthorizationError not allowed")]
    [InlineData(HttpStatusCode.BadGateway, "<html><p>proxy", "SNS answered 502:")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "", "SNS answered 503:")]
    [InlineData(HttpStatusCode.MovedPermanently, "", "SNS answered 301:")]
    public async Task An_error_says_what_SNS_answered(HttpStatusCode status, string body, string message)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() => PublishAsync(new FakeAnswer(status, body), Notice));

        Assert.Equal(message, fault.Message.TrimEnd());
        Assert.Equal(FaultKind.Passing, fault.Fault.Kind);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "AuthorizationError", "notices (sns:Publish)")]
    [InlineData(HttpStatusCode.NotFound, "NotFound", "NOTIFY__TOPICARN exists")]
    [InlineData(HttpStatusCode.BadRequest, "KMSDisabled", "the KMS key of the topic")]
    [InlineData(HttpStatusCode.Forbidden, "KMSAccessDenied", "the KMS key of the topic")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "", "")]
    public async Task What_a_person_must_do_is_said(HttpStatusCode status, string code, string remedy)
    {
        var body = $"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>";

        var fault = await Assert.ThrowsAsync<FaultException>(() => PublishAsync(new FakeAnswer(status, body), Notice));

        Assert.Contains(remedy, fault.Fault.Remedy, StringComparison.Ordinal);
        Assert.Equal(remedy.Length == 0, fault.Fault.Remedy.Length == 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>Please log in</body></html>")]
    [InlineData("<!DOCTYPE html><html><body>Please log in</body></html>")]
    [InlineData("{\"MessageId\":\"1\"}")]
    [InlineData("<PublishResponse><PublishResult><MessageId></MessageId></PublishResult></PublishResponse>")]
    public async Task An_answer_without_a_message_id_is_no_proof_that_the_notice_is_out(string body) =>
        await Assert.ThrowsAsync<FaultException>(() => PublishAsync(new FakeAnswer(HttpStatusCode.OK, body), Notice));

    [Fact]
    public async Task A_notice_that_SNS_refuses_for_what_it_holds_keeps_no_other_one_back()
    {
        var fault = await Assert.ThrowsAsync<FaultException>(() => PublishAsync(new FakeAnswer(HttpStatusCode.BadRequest, ""), Notice));

        Assert.Equal(FaultKind.Permanent, fault.Fault.Kind);
    }

    private static async Task<string> PublishAsync(FakeAnswer answer, Notice notice)
    {
        return await new SnsTopic(new OneClient(answer), Topic).PublishAsync(notice, TestContext.Current.CancellationToken);
    }

    private sealed class OneClient(FakeAnswer answer) : IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(answer);
    }

    private sealed class FakeAnswer(HttpStatusCode status, string body) : HttpMessageHandler
    {
        public HttpRequestMessage? Request { get; private set; }

        public string? Form { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (Request, Form) = (request, await request.Content!.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "text/xml") };
        }
    }
}
