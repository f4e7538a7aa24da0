using System.Globalization;
using System.Text;

namespace EtlWorker.StandIns.Sns;

/// <summary>Writes notices as the mails their subscribers would get: numbered <c>.eml</c> files with LF line ends.</summary>
internal sealed class MailDrop
{
    private readonly string _directory;
    private int _last;

    public MailDrop(string directory)
    {
        _directory = Directory.CreateDirectory(directory).FullName;
        // Files of an earlier run stay; numbering goes on after them.
        _last = Directory.EnumerateFiles(_directory, "*.eml").Select(NumberOf).DefaultIfEmpty().Max();
    }

    public async Task WriteAsync(Notice notice, IReadOnlyList<string> recipients, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _last):D4}.eml"));
        // A reader sees whole mails only.
        await File.WriteAllTextAsync(path + ".tmp", Compose(notice, recipients), cancellationToken);
        File.Move(path + ".tmp", path);
    }

    private static string Compose(Notice notice, IReadOnlyList<string> recipients)
    {
        var topic = notice.TopicArn.Split(':')[^1];
        var mail = new StringBuilder();
        Header(mail, "From", $"{topic} <no-reply@sns.amazonaws.com>");
        Header(mail, "To", recipients.Count > 0 ? string.Join(", ", recipients) : $"{topic}@subscribers.invalid");
        Header(mail, "Subject", notice.Subject ?? "AWS Notification Message");
        Header(mail, "Date", notice.At.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header(mail, "Message-ID", $"<{notice.MessageId}@sns.amazonaws.com>");
        Header(mail, "MIME-Version", "1.0");
        Header(mail, "Content-Type", "text/plain; charset=utf-8");
        Header(mail, "Content-Transfer-Encoding", "8bit");
        Header(mail, "X-Topic-Arn", notice.TopicArn);
        foreach (var (name, value) in notice.Attributes)
            Header(mail, "X-" + name, value);
        return mail.Append('\n').Append(notice.Message).Append('\n').ToString();
    }

    private static void Header(StringBuilder mail, string name, string value)
    {
        // RFC 2047: what is not printable ASCII goes as an encoded word, so that no value can start a header of its own.
        var printable = value.All(letter => letter is >= ' ' and <= '~');
        var text = printable ? value : $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}?=";
        mail.Append(name).Append(": ").Append(text).Append('\n');
    }

    private static int NumberOf(string path) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
