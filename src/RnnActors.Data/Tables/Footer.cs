namespace RnnActors.Data.Tables;

/// <summary>Lines at the end of a file that are not rows.</summary>
internal static class Footer
{
    /// <summary>The maximum number of lines at the end that an error message proposes as a footer.</summary>
    public const int MaxLines = 20;
}
