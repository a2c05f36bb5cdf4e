using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

public sealed class CertificateScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    [SkippableFact]
    public void The_script_makes_nodes_that_speak_with_each_other()
    {
        Run(0, _folder, "a", "b,10.0.0.2,b.local");
        TlsCredentials a = Node("a").Load(), b = Node("b").Load();
        Assert.True(a.IsTrusted(b.Certificate));
        Assert.Contains("urn:rnnactors:role:node", a.Certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().Format(false),
            StringComparison.Ordinal);
        Assert.True(b.Certificate.MatchesHostname("b.local") && b.Certificate.MatchesHostname("10.0.0.2") && b.Certificate.MatchesHostname("localhost"));
        foreach (string key in Directory.GetFiles(_folder, "*.key"))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(key).UnixFileMode);
        Assert.Equal(["a.crt", "a.key", "b.crt", "b.key", "ca.crt", "ca.key"],
            Directory.GetFileSystemEntries(_folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

        using ChannelListener listener = ChannelListener.Start(new(System.Net.IPAddress.Loopback, 0), a);
        RecordingSink near = new(), far = new();
        TensorChannel.Connect("localhost", listener.Port, listener.Expect(far), b, near);
        _ = (near.Channel, far.Channel);
        near.Channel.Dispose();
    }

    [SkippableTheory]
    [InlineData("follow", ClientRight.Read)]
    [InlineData("submit", ClientRight.Submit)]
    [InlineData("administer", ClientRight.Administer)]
    public void The_script_makes_clients_with_roles(string role, ClientRight right)
    {
        Run(0, _folder, "node");
        Run(0, "--role", role, _folder, "ann");
        TlsCredentials ann = Node("ann").Load(), node = Node("node").Load();
        Assert.Equal(new CertificateRole(role, right), CertificateRole.Of(ann.Certificate));
        Assert.True(CertificateRole.Of(node.Certificate).IsNode);
        using ChannelListener listener = ChannelListener.Start(new(System.Net.IPAddress.Loopback, 0), node);
        RecordingSink near = new(), far = new();
        TensorChannel.Connect("localhost", listener.Port, listener.Expect(far), ann, near);
        using TensorChannel open = near.Channel;
        Assert.Contains("is no role", Run(2, "--role", "root", _folder, "b"), StringComparison.Ordinal);
        Assert.Contains("is no role", Run(2, "--role"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void What_is_there_is_kept_unless_it_is_to_be_renewed()
    {
        Run(0, _folder, "a");
        string[] before = Contents();
        Run(0, _folder, "a");
        Assert.Equal(before, Contents());
        Run(0, "--renew", _folder, "a");
        Assert.Equal(before[2..], Contents()[2..]);
        Assert.NotEqual(before[0], Contents()[0]);
        Node("a").Load();
        File.Delete(Path.Combine(_folder, "ca.key"));
        Assert.Contains("without ca.key", Run(2, _folder, "c"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Names_that_are_none_are_refused()
    {
        Assert.Contains("FOLDER NAME", Run(2, _folder), StringComparison.Ordinal);
        foreach (string name in new[] { "../a", "a b", "a\nDNS:b", "", "ca", "a,b;c" })
            Assert.Contains("certificates.sh: ", Run(2, _folder, name), StringComparison.Ordinal);
        Assert.Equal(["ca.crt", "ca.key"], Directory.GetFileSystemEntries(_folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private TlsOptions Node(string name) => new(Path.Combine(_folder, $"{name}.crt"), Path.Combine(_folder, $"{name}.key"), Path.Combine(_folder, "ca.crt"));

    /// <summary>a.crt, a.key, ca.crt, ca.key.</summary>
    private string[] Contents() => [.. Directory.GetFiles(_folder).Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private static string Run(int expected, params string[] arguments)
    {
        Skip.If(OperatingSystem.IsWindows(), "The script needs a Unix shell.");
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        Skip.IfNot(path.Any(folder => File.Exists(Path.Combine(folder, "openssl"))), "There is no openssl here.");
        using Process script = Process.Start(new ProcessStartInfo("/bin/sh", [Script(), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = script.StandardError.ReadToEndAsync();
        string output = script.StandardOutput.ReadToEnd();
        script.WaitForExit();
        Assert.True(expected == script.ExitCode, $"Exit code {script.ExitCode}: {output}{errors.Result}");
        return errors.Result;
    }

    private static string Script()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RnnActors.sln"))) folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder!, "deploy", "certificates.sh");
    }
}
