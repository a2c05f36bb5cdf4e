using System.Diagnostics;
using Xunit;

namespace RnnActors.Interop.Tests.Onnx;

/// <summary>ONNX's own checker in Python, where it is installed: one process for all tests, that is given file after file.</summary>
internal static class OnnxChecker
{
    private const string Script = """
        import sys
        try:
            import onnx, onnx.checker
        except Exception:
            print("absent", flush=True); sys.exit()
        print("ready", flush=True)
        for line in sys.stdin:
            try:
                onnx.checker.check_model(onnx.load(line.strip()), full_check=True)
                print("ok", flush=True)
            except Exception as e:
                print(repr(e).replace("\n", " "), flush=True)
        """;

    private static readonly Lock Asking = new();
    private static readonly Process? Python = Start();

    public static bool IsInstalled => Python is not null;

    /// <summary>Passes where there is no checker; then <see cref="IsInstalled"/> lets a test say that it was skipped.</summary>
    public static void Check(byte[] model)
    {
        if (Python is null) return;
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, model);
            lock (Asking)
            {
                Python.StandardInput.WriteLine(path);
                Python.StandardInput.Flush();
                Assert.Equal("ok", Python.StandardOutput.ReadLine());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Process? Start()
    {
        try
        {
            var start = new ProcessStartInfo("/usr/bin/python3", ["-c", Script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            var process = Process.Start(start)!;
            if (process.StandardOutput.ReadLine() != "ready") return null;
            AppDomain.CurrentDomain.ProcessExit += (_, _) => process.Kill();
            return process;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
