using RnnActors.Cli.Plots;
using RnnActors.Cli.Processes;
using Spectre.Console;

namespace RnnActors.Cli.Display;

/// <summary>Where the program writes, what can be shown there, and how it was started.</summary>
internal sealed class Terminal
{
    private const int PlainWidth = 100;

    /// <summary>Work that is done by then is not announced.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.7);

    internal Terminal(TextWriter output, TextWriter error, IAnsiConsole console, bool isLive, TextPlotCharacters characters, Invocation invocation) =>
        (Output, Error, Console, IsLive, Characters, Invocation) = (output, error, console, isLive, characters, invocation);

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    /// <summary>Tables and colours, on <see cref="Output"/>; without colours where it is not a terminal.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Whether someone may be looking, so that lines can be drawn over.</summary>
    public bool IsLive { get; }

    public TextPlotCharacters Characters { get; }

    public Invocation Invocation { get; }

    /// <summary>The command that the user typed, as it can be typed again.</summary>
    public string? Command { get; set; }

    /// <summary>That of the process.</summary>
    public static Terminal Standard()
    {
        bool isLive = !System.Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        TextWriter error = System.Console.IsErrorRedirected ? System.Console.Error : new WrappedWriter(System.Console.Error, WidthOfError);
        return new Terminal(
            System.Console.Out, error, isLive ? AnsiConsole.Console : Plain(System.Console.Out), isLive,
            TextPlot.CharactersFor(System.Console.OutputEncoding), Invocation.OfThisProcess());
    }

    private static int WidthOfError()
    {
        try
        {
            return System.Console.WindowWidth;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Plain text to writers.</summary>
    public static Terminal ToWriters(TextWriter output, TextWriter error)
    {
        // Like those of a process: runs side by side write whole lines.
        (output, error) = (TextWriter.Synchronized(output), TextWriter.Synchronized(error));
        return new(output, error, Plain(output), false, TextPlotCharacters.Braille, new Invocation("rnnactors"));
    }

    /// <summary>A line on <see cref="Output"/>, broken between words where someone may be looking.</summary>
    /// <param name="indent">Of the lines behind the first.</param>
    public void Say(string text, int indent = 2)
    {
        foreach (string line in IsLive ? WrappedWriter.Wrap(text, Console.Profile.Width, indent) : [text]) Output.WriteLine(line);
    }

    /// <summary>Does what may take a while, behind a spinner on a terminal.</summary>
    /// <param name="what">What is done: <c>reading a.csv</c>.</param>
    public T Busy<T>(string what, Func<T> work)
    {
        if (!IsLive) return work();
        Task<T> done = Task.Run(work);
        if (Task.WaitAny([done], Moment) < 0) Console.Status().Start(Markup.Escape(what), _ => Task.WaitAny(done));
        return done.GetAwaiter().GetResult();
    }

    /// <summary>Shows the cursor, which a live view hides.</summary>
    public void Restore()
    {
        if (IsLive) Console.Cursor.Show();
    }

    private static IAnsiConsole Plain(TextWriter output)
    {
        var settings = new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        };
        settings.Enrichment.UseDefaultEnrichers = false;
        var console = AnsiConsole.Create(settings);
        console.Profile.Width = PlainWidth;
        return console;
    }
}
