namespace RnnActors.Tests;

/// <summary>
/// All temporary files of a test process, and of those that it starts, lie in one folder, which is deleted at its end: no test leaves anything behind.
/// </summary>
internal static class TemporaryFiles
{
    private static readonly string[] Variables = ["TMPDIR", "TMP", "TEMP"];

    public static void Begin()
    {
        string folder = Directory.CreateTempSubdirectory("rnnactors-tests-").FullName;
        foreach (string variable in Variables) Environment.SetEnvironmentVariable(variable, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete(folder);
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that a test started still writes there.
        }
    }
}
