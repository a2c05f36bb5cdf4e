namespace RnnActors.Cli.Tests.Pages;

/// <summary>
/// What a run with <c>--json</c> writes, and the address that it gives as soon as it does. Its last line waits until it may be written, and the run with it: a
/// run takes its page away when it has written it, and nobody could come again.
/// </summary>
internal sealed class AwaitedOutput : StringWriter
{
    private const string LastLine = "\"event\":\"done\"";

    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Uri> Address => _address.Task;

    public void LetEnd() => _mayEnd.TrySetResult();

    public override void WriteLine(string? value)
    {
        if (value?.Contains(LastLine, StringComparison.Ordinal) == true) _mayEnd.Task.Wait();
        lock (this) base.WriteLine(value);
        int at = value?.IndexOf("http://", StringComparison.Ordinal) ?? -1;
        if (at >= 0) _address.TrySetResult(new Uri(value![at..].Split('"', ' ', '\n')[0]));
    }

    protected override void Dispose(bool disposing)
    {
        LetEnd();
        base.Dispose(disposing);
    }
}
