namespace RnnActors.Training.Hosting;

/// <summary>A source of a configuration whose keys people know by other names, such as the options of a command line. Errors call a setting by what was written.</summary>
public interface ISettingNames
{
    /// <param name="key">With its section: <c>RnnActors:Port</c>.</param>
    string NameOf(string key);
}
