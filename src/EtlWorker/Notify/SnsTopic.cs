using System.Globalization;
using System.Net;
using System.Xml.Linq;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Ledger.Notices;

namespace EtlWorker.Notify;

/// <summary>
/// SNS Publish by its query protocol, over a client that signs and retries. AWSSDK.SimpleNotificationService replaces this
/// class when it can be had.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/sns/latest/api/API_Publish.html</remarks>
internal sealed class SnsTopic(IHttpClientFactory clients, TopicOptions topic) : ITopic
{
    /// <summary>The client of the factory that signs and retries.</summary>
    public const string ClientName = "sns";

    public async Task<string> PublishAsync(Notice notice, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(notice, cancellationToken);
        }
        catch (Exception fault) when (fault is not FaultException
            && !cancellationToken.IsCancellationRequested && AwsFault.Classify(fault) is not null)
        {
            throw new FaultException(new Fault(FaultKind.Passing, fault.Message, ""), fault);
        }
    }

    private async Task<string> SendAsync(Notice notice, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(FieldsOf(notice));
        // Made for each notice, since making the first one asks for credentials, which a young instance may not have yet.
        using var http = clients.CreateClient(ClientName);
        using var response = await http.PostAsync(topic.Endpoint, form, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            // Another notice may fare better where SNS refuses this one for what it holds.
            var kind = response.StatusCode == HttpStatusCode.BadRequest ? FaultKind.Permanent : FaultKind.Passing;
            var code = ValueOf(body, "Code");
            throw new FaultException(new Fault(
                kind, $"SNS answered {(int)response.StatusCode}: {code} {ValueOf(body, "Message")}".TrimEnd(),
                RemedyFor(response.StatusCode, code)));
        }

        return ValueOf(body, "MessageId") is { Length: > 0 } id
            ? id
            : throw new FaultException(new Fault(
                FaultKind.Passing, "The answer holds no message id; it is a proxy's, not that of SNS.", ""));
    }

    private string RemedyFor(HttpStatusCode status, string code) => status switch
    {
        _ when code.StartsWith("KMS", StringComparison.Ordinal) =>
            $"See that the KMS key of the topic {topic.Arn} is enabled, and that the worker's role may use it "
                + "(kms:GenerateDataKey, kms:Decrypt)",
        HttpStatusCode.Forbidden => $"Let the worker's role publish to the topic {topic.Arn} (sns:Publish)",
        HttpStatusCode.NotFound => $"See that the topic {topic.Arn} of NOTIFY__TOPICARN exists",
        _ => "",
    };

    private IEnumerable<KeyValuePair<string, string>> FieldsOf(Notice notice)
    {
        yield return new("Action", "Publish");
        yield return new("Version", "2010-03-31");
        yield return new("TopicArn", topic.Arn);
        yield return new("Subject", notice.Subject);
        yield return new("Message", notice.Body);
        var number = 0;
        foreach (var (name, value) in AttributesOf(notice))
        {
            number++;
            yield return new($"MessageAttributes.entry.{number}.Name", name);
            yield return new($"MessageAttributes.entry.{number}.Value.DataType", "String");
            yield return new($"MessageAttributes.entry.{number}.Value.StringValue", value);
        }
    }

    private static IEnumerable<(string Name, string Value)> AttributesOf(Notice notice)
    {
        yield return ("pipeline", notice.Pipeline);
        yield return ("status", notice.Kind);
        if (notice.RunDate is { } date)
        {
            yield return ("run_date", date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        if (notice.RunId is { } id)
        {
            yield return ("run_id", id.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string ValueOf(string xml, string element)
    {
        try
        {
            return XDocument.Parse(xml).Descendants().FirstOrDefault(node => node.Name.LocalName == element)?.Value ?? "";
        }
        catch (System.Xml.XmlException)
        {
            // A proxy's page.
            return "";
        }
    }
}
