namespace EtlWorker.Infer;

/// <summary>How a date, a timestamp or a time of day is written.</summary>
/// <param name="Dates">The forms that its date has, a set of <see cref="DateForms"/>; none for a time of day.</param>
/// <param name="Separator">What stands between date and time.</param>
/// <param name="Time">Its time; null for a date alone.</param>
/// <param name="Month">Of a date that is a number of eight digits.</param>
internal readonly record struct DateTimeShape(ulong Dates, char Separator, TimeText? Time, int Month);
