using System.Globalization;
using System.Xml.Linq;
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
        using var form = new FormUrlEncodedContent(FieldsOf(notice));
        // Made for each notice, since making the first one asks for credentials, which a young instance may not have yet.
        using var http = clients.CreateClient(ClientName);
        using var response = await http.PostAsync(topic.Endpoint, form, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                $"SNS answered {(int)response.StatusCode}: {ValueOf(body, "Code")} {ValueOf(body, "Message")}", null, response.StatusCode);
        }

        return ValueOf(body, "MessageId") is { Length: > 0 } id
            ? id
            : throw new HttpRequestException("The answer holds no message id; it is a proxy's, not that of SNS.");
    }

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
