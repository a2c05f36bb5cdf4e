namespace RnnActors.Data.Tasks;

/// <summary>A text that a network generates, piece by piece.</summary>
public abstract class GeneratedText : IDisposable
{
    /// <summary>The plural name of its units: <c>characters</c>.</summary>
    public abstract string Unit { get; }

    /// <summary>Generates one more unit.</summary>
    /// <returns>What it adds to the text: often a character; empty within a character of several bytes.</returns>
    public abstract string Next();

    /// <summary>The rest, if the text ends within a character.</summary>
    public abstract string End();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
