namespace RnnActors.Cli.Tests.Pages;

/// <summary>What a program writes, and the address that it gives as soon as it does.</summary>
internal sealed class AwaitedOutput : StringWriter
{
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Uri> Address => _address.Task;

    public override void WriteLine(string? value)
    {
        lock (this) base.WriteLine(value);
        int at = value?.IndexOf("http://", StringComparison.Ordinal) ?? -1;
        if (at >= 0) _address.TrySetResult(new Uri(value![at..].Split('"', ' ', '\n')[0]));
    }
}
