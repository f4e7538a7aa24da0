using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>S3's XML, in and out.</summary>
internal static class S3Xml
{
    private static readonly XNamespace Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static XElement Element(string name, params object?[] content) => new(Namespace + name, content);

    public static string Time(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Children by local name: clients send the namespace or leave it out.</summary>
    public static IEnumerable<XElement> Named(this XElement parent, string name) =>
        parent.Elements().Where(child => child.Name.LocalName == name);

    public static string? Value(this XElement parent, string name) => parent.Named(name).FirstOrDefault()?.Value;

    public static async Task<XElement> ReadAsync(S3Request request)
    {
        try
        {
            // The SDK may send even small documents aws-chunked.
            var content = await ObjectUpload.ReadAsync(request.Context.Request, request.Aborted);
            return XElement.Load(new MemoryStream(content.Bytes));
        }
        catch (XmlException)
        {
            throw new AwsFailure(
                400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
        }
    }

    public static async Task WriteAsync(HttpContext context, int status, XElement answer)
    {
        var bytes = Encoding.UTF8.GetBytes(
            """<?xml version="1.0" encoding="UTF-8"?>""" + "\n" + answer.ToString(SaveOptions.DisableFormatting));
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    public static Task WriteErrorAsync(HttpContext context, AwsFailure failure)
    {
        context.Response.StatusCode = failure.Status;
        foreach (var (name, value) in failure.Headers)
            context.Response.Headers[name] = value;
        if (failure.Status == 304 || HttpMethods.IsHead(context.Request.Method))
            return Task.CompletedTask;
        return WriteAsync(context, failure.Status, new XElement(
            "Error",
            new XElement("Code", failure.Code),
            new XElement("Message", failure.Message),
            new XElement("Resource", context.Request.Path.Value),
            new XElement("RequestId", context.TraceIdentifier)));
    }
}
