# 凡给人看的话都在这里。键名与 en.ftl 一一对应；测试会逐条核对。
# measured、required 已带单位；unit 是单位本身。

### 出错：没有做成照片

error-unsupported-format = 不支持的文件格式：{$what}
error-unsupported-format-hint = 请提供以下任一格式的图片：{$formats}
error-unsupported-format-hint-convert = 请先另存为 JPEG 再试；苹果手机可在“设置 › 相机 › 格式”里选“兼容性最佳”
error-unsupported-format-hint-empty = 文件是空的，可能没有传完，请重新拷贝或下载
error-damaged = {$format} 文件已损坏：{$reason}
error-damaged-hint = 请重新拷贝或下载原图；若在看图软件里也打不开，请重拍
error-too-large = {$what}太大：{$actual}，上限为 {$limit}
error-too-large-hint = 请先把照片缩小，或换一张普通尺寸的照片
error-no-face = 没有找到人脸（图片 {$width}×{$height} 像素）
error-no-face-hint = 请用正面、光线充足、脸部无遮挡的照片
error-several-faces = 画面里有 {$count} 张大小相近的人脸，最大的两张分别宽 {$first} 和 {$second} 像素
error-several-faces-hint = 请先裁剪到画面里只有本人
error-window-unreachable = 文件大小无法落在 {$min} 到 {$max} 字节之间：最小只能做到 {$smallest} 字节
error-window-unreachable-hint = 请放宽 --min-size 和 --max-size，或用 --spec 换一个规格
error-spec-not-built-in = 规格 {$name}：没有这个内置规格，现有 {$names}
error-spec-too-long = 规格 {$name}：文件有 {$bytes} 字节，规格文件不该这么大
error-spec-no-toml = 规格 {$name}：第 {$line} 行“{$text}”不符合 TOML 语法
error-spec-unknown-key = 规格 {$name}：第 {$line} 行：没有“{$key}”这一项
error-spec-missing-key = 规格 {$name}：从第 {$line} 行开始的这一段缺少“{$key}”
error-spec-wrong-value = 规格 {$name}：第 {$line} 行“{$text}”的值不对，请检查类型和可选的写法
error-spec-unknown-limit = 规格 {$name}：limits.{$rule}：没有哪条规则用这个名字设限值
error-spec-name = 规格 {$name}：name：“{$wrong}”只能用小写字母、数字和连字符
error-spec-side = 规格 {$name}：{$key}：{$pixels} 像素超出了 {$min}–{$max}
error-spec-own-size = 规格 {$name}：pixels：证件照自己的尺寸 {$width}×{$height} 像素不在可接受的范围内
error-spec-window = 规格 {$name}：file.min：{$min} 字节大于 file.max（{$max} 字节）
error-spec-too-few-bytes = 规格 {$name}：file.max：{$max} 字节放不下任何 JPEG
error-spec-no-range = 规格 {$name}：{$key}.readings：“{$origin}”没有给出有效的范围
error-spec-band = 规格 {$name}：{$key}：min（{$min}）大于 max（{$max}）
error-spec-prefer = 规格 {$name}：{$key}.prefer：{$low}–{$high} 不在范围之内
error-spec-negative = 规格 {$name}：{$key}：数值不能小于 0
error-spec-no-scale = 规格 {$name}：{$key}.unit：用 mm 时必须有 [print] 或 [resolution]
error-spec-hint = “baidi specs”列出内置规格，“baidi specs shebao”打印一份可照着改的样本
error-internal = 程序内部出错（{$stage}）
error-internal-hint = 这是 baidi 的问题。请把这几行、“baidi --version”的输出和照片的格式、尺寸发给我们；方便的话请附上照片
error-timed-out = 处理超过了 {$seconds} 秒
error-timed-out-hint = 如果值得等，可以用 --timeout 放宽时限。手机或扫描仪的照片一般用不了一秒，请把格式和尺寸告诉我们
error-stopped = 在 {$after} 之后停止：已无人等待结果
error-stopped-hint = 提出请求的一方在照片完成之前离开了；需要时请重新提交
error-io = 无法{$action} {$path}
error-io-hint-missing = 请检查路径是否写对，文件是否已被移走
error-io-hint-permission = 请检查文件和文件夹的权限
error-io-hint-full = 磁盘已满，请腾出空间再试

### 出错：命令不对

job-no-pictures = {$path} 里没有图片
job-no-pictures-hint = 文件夹里只认这些扩展名：{$extensions}；别的文件请直接写出文件名
job-folder-needs-output = {$path} 是文件夹，请用 -o 指定输出文件夹
job-folder-needs-output-hint = 例如：baidi fix {$path} -o cards
job-stdin-needs-output = 从标准输入读照片时，请用 -o 指定输出文件
job-stdin-needs-output-hint = 例如：baidi fix - -o card.jpg
job-stdin-twice = 标准输入“-”只能写一次
job-several-need-folder = 照片不止一张，-o 应当是文件夹，而 {$path} 是文件
job-several-need-folder-hint = 请给一个文件夹，例如 -o cards
background-fixed = 规格 {$spec} 的背景只能是 {$colour}，不能换成 {$wanted}：{$source}
background-fixed-hint = 去掉 --background；要蓝底、红底，请用允许选择的规格，例如 --spec putonghua
background-not-offered = 规格 {$spec} 不收 {$wanted} 背景：{$source}
background-not-offered-hint = 可以选：{$choice}
background-unknown = 没有叫 {$wanted} 的背景颜色
background-unknown-hint = 规格 {$spec} 可以选：{$choice}
background-editing = 规格 {$spec} 不允许更换背景，不能换成 {$wanted}
background-editing-hint = 请站在符合要求的纯色墙前重拍
job-spec-twice = 规格 {$spec} 写了两次
job-spec-twice-hint = 每个规格只写一次；自己的规格请各起各的名字（name）
man-no-command = 没有“{$name}”这个命令，现有 {$names}
job-no-spec = 规格清单是空的
job-no-spec-hint = 例如：specs = ["shebao", "id-card"]
job-several-specs-need-folder = 规格不止一个，-o 应当是文件夹，而 {$path} 是文件
job-several-specs-need-folder-hint = 请给一个文件夹，例如 -o cards；不写 -o 时，证件照放在照片旁边
job-output-not-folder = {$path} 不是文件夹
job-matte-needs-folder = 照片不止一张，--matte 应当是文件夹，而 {$path} 是文件
job-output-exists = {$path} 已存在
job-output-exists-hint = 要覆盖请加 --force，或者用 -o 换个位置
job-output-is-input = 输出 {$path} 就是输入的照片，不能覆盖
job-output-is-input-hint = 请用 -o 换个位置；原照片从不改动
job-output-twice = 有两项输出都要写到 {$path}
job-output-twice-hint = 请把 -o、--matte 和 --report 写到不同的地方
job-report-format = 报告 {$path} 的扩展名看不出格式
job-report-format-hint = 请以 .json、.csv 或 .html 结尾
job-window = --min-size {$min} 字节大于 --max-size {$max} 字节
job-window-hint = 规格 {$spec} 要求 {$floor}–{$ceiling} 字节；只改一头不够时，请两头都写上
job-window-tiny = --max-size {$max} 字节太小，JPEG 文件不可能这么小
job-folder-busy = 另一个 baidi 正在往 {$path} 里写
job-folder-busy-hint = 请等它结束，或者用 -o 换个位置
job-retake-format = 重拍通知单 {$path} 是网页
job-retake-format-hint = 文件名请以 .html 结尾
job-roster-needs-output = 用 --roster 或 --zip 时，请用 -o 指定存放证件照的文件夹
job-roster-needs-output-hint = 例如：baidi fix photos -o cards --roster people.csv
job-interrupted = 已中断；没有留下写了一半的文件

### 错误：通过 HTTP 提出的请求

error-question = 请求无法读懂：{$reason}
error-question-hint = docs/http.md 列出了可以提的请求；原因里写着哪里不对
question-background-twice = 背景不能既保留又更换
question-background-twice-hint = keepBackground 和 background 只能选一个
error-no-such-address = 这个地址下没有内容
error-no-such-address-hint = 可用的地址有 /、/v1/fix、/v1/check、/v1/specs、/healthz、/metrics 和 /openapi.json
error-method = 这个地址只接受 {$allow}
error-method-hint = 照片请 POST 到 /v1/fix 或 /v1/check；其余地址用 GET
error-foreign-host = Host 里的名字不是这台服务的名字
error-foreign-host-hint = 请用 localhost 或 127.0.0.1 访问；要用别的名字，请在启动时用 --allow-host 写明
error-foreign-origin = 其他网站的网页不能向这台服务提请求
error-foreign-origin-hint = 请用程序提请求，或者用这台服务自己的网页
error-token = 没有口令，或口令不对
error-token-hint = 请打开 'baidi serve' 打印出的链接；程序请在 'Authorization: Bearer 口令' 中带上口令
error-busy = 同时处理的照片太多；请在 {$seconds} 秒后再试
error-busy-hint = 请按 Retry-After 等待；--queue 可以让更多照片排队，--jobs 可以同时处理更多
error-ending = 服务正在结束
error-ending-hint = 等服务恢复后再提交；这张照片没有处理
error-slow = 照片传得太慢
error-slow-hint = 请换个好一点的网络再传；--patience 可以多给一些时间
error-body-too-large = 照片大于 {$limit}
error-body-too-large-hint = 请先把文件缩小；手机拍的照片只有几 MB
error-body-broken = 照片没有传完整
error-body-broken-hint = 连接提前断开，或者长度不对；请重新提交

serve-begin = baidi 的网页和 HTTP 接口在 {$address}；按 Ctrl-C 结束
serve-ending = 正在结束：先完成正在处理的照片；再按一次 Ctrl-C 立即结束
serve-ended = 已结束
serve-no-browser = 打不开浏览器，请自己打开上面的链接
serve-port = 无法在 {$address} 上监听
serve-port-hint = 如果端口已被占用，请用 --port 换一个，或用 --port 0 任选一个空闲的
serve-token-short = {$path} 里的口令只有 {$count} 个字符，太短
serve-token-short-hint = 请写入至少 {$least} 个字母和数字，例如用 'openssl rand -hex 16' 生成

### 出错：名单与命名

roster-encoding = 名单既不是 UTF-8，也不是 GB 18030 编码
roster-encoding-hint = 请在表格软件里另存为“CSV UTF-8”
roster-broken = 名单不是有效的表格
roster-broken-hint = 请在表格软件里另存为 CSV，每人一行
roster-no-sheet = 工作簿里没有叫“{$sheet}”的工作表
roster-no-sheet-hint = 现有：{$sheets}
roster-sheet-of-text = 名单不是工作簿，没有叫“{$sheet}”的工作表
roster-sheet-of-text-hint = --roster-sheet 只用于 .xlsx 和 .xls
roster-broken-workbook = 名单的工作簿读不出来
roster-broken-workbook-hint = 请在表格软件里另存为 .xlsx，或另存为“CSV UTF-8”
roster-is-book = 名单 {$path} 与要写的进度表同名
roster-is-book-hint = 请把名单改名，或放到别的文件夹
roster-no-column = 名单里没有身份证号、姓名或照片文件名一列，现有：{$headings}
roster-no-column-hint = 请在第一行写明 身份证号、姓名 或 照片（或 id、name、file）
roster-template = 文件名模板 {$name} 里的“{$part}”无法识别
roster-template-hint = 例如：{"{id}.jpg"}、{"{id}{name}.jpg"}、{"{name}{id:last4}.jpg"}
roster-template-column = 文件名模板 {$name} 用到了“{$part}”，但名单里没有这一列
roster-template-column-hint = 名单里有：{$headings}
roster-template-ending = 文件名模板 {$name} 以 .{$part} 结尾，而证件照是 .jpg
roster-value = 无法给 {$person} 的证件照命名：{$field} 是“{$value}”
roster-value-hint = 请补全，或改成可以用作文件名的内容，再运行一次
roster-no-person = “{$name}”不是名单里任何人的姓名或号码
roster-no-person-hint = 请用身份证号或姓名给照片命名，或在名单里加一列照片文件名
roster-unknown-id = 名单里没有身份证号 {$id}
roster-unknown-id-hint = 请核对号码，或把这个人加进名单
roster-several-people = 这张照片可能属于：{$people}
roster-several-people-hint = 请用身份证号给照片命名
roster-several-photos = {$person} 的照片不止一张：{$photos}
roster-several-photos-hint = 请只保留对的那张，再运行一次
roster-same-picture = 同一张照片有几个文件名：{$photos}（{$people}）
roster-same-picture-hint = 请核对照片是谁的
roster-same-card = 按 {$pattern} 命名，会有几张证件照都叫 {$name}
roster-same-card-hint = 请让 --name 带上身份证号
roster-check-digit = 身份证号 {$id} 有误：最后一位应是 {$wanted}
roster-check-digit-hint = 请对照身份证改正名单
roster-id-length = 号码 {$id} 有 {$count} 位，不是 18 位
roster-id-length-hint = 请对照身份证改正名单
roster-rounded = 身份证号在表格软件里丢了末几位，变成了 {$id}
roster-rounded-hint = 请先把这一列设为文本格式，再填号码
roster-missing = 缺少 {$person} 的照片
roster-missing-hint = 可能没有交照片，或者从文件名认不出是谁

### 出错：排版打印

sheet-format = 从文件名 {$path} 看不出要存成什么格式
sheet-format-hint = 请以 .pdf、.png 或 .jpg 结尾
sheet-no-size = 规格 {$spec} 没有打印尺寸
sheet-no-size-hint = 请用 --size 指定，例如 --size 26x32
sheet-too-small = 这种相纸连一张 {$width}×{$height} 毫米的照片都放不下
sheet-too-small-hint = 请用 --paper 换大一些的纸
sheet-how-many = 一张纸上有几种尺寸时，请写明 {$size} 要几张
sheet-how-many-hint = 例如：--size one-inch:8 --size two-inch:4，或用 --copies
sheet-no-card = 没有一张照片的形状符合 {$size}
sheet-no-card-hint = 请用“baidi fix”按这个尺寸做一张证件照
sheet-number = 看不懂 {$text} 里的张数
sheet-left-over = 没有放下：{$cards}
sheet-left-over-hint = 请放宽 --pages，缩小 --gap 或 --margin，或用 --paper 换大一些的纸
sheet-shape = {$path} 是 {$pixels}×{$rows} 像素，印成 {$width}×{$height} 毫米会变形
sheet-shape-hint = 请先用“baidi fix”做成证件照，或用 --size 写明这张照片自己的尺寸

### 写在纸面上的词

word-empty-file = 空文件
word-text = 文本
word-unknown = 未知类型
word-the-picture = 图片
word-the-file = 文件
word-the-picture-s-longer-side = 图片长边
word-the-memory-to-decode-it = 解码所需内存
word-read = 读取
word-write = 写入
word-create = 创建
word-open = 打开
word-list = 列出
word-replace = 替换
word-bytes = 字节
word-px = 像素
word-faces = 张脸
word-camera-raw = 相机 RAW 原片
word-video = 视频
word-sound = 音频
word-video-or-sound = 视频或音频
word-Photoshop-document = Photoshop 文档
word-ZIP-archive-or-Office-document = ZIP 压缩包或 Office 文档
word-Office-document = Office 文档
word-RAR-archive = RAR 压缩包
word-7z-archive = 7z 压缩包
word-gzip-archive = gzip 压缩包
word-icon = 图标
word-GIMP-document = GIMP 文档
word-DDS-texture = DDS 纹理
word-program = 程序
word-HTML-a-web-page = 网页（HTML）
word-nothing-but-zeros = 全是零的空数据
word-lossless-JPEG = 无损 JPEG
word-batch = 批处理
word-colours = 颜色表
word-decode = 解码
word-door = 总入口
word-encode = 编码
word-eye-network = 眼睛网络
word-face-detector = 人脸检测
word-ledger = 台账
word-matte-file = 蒙版文件
word-matte = 抠图
word-matting-network = 抠图网络
word-networks = 神经网络
word-pipeline = 流程
word-placement = 构图
word-portrait-network = 人像网络
word-question = 提问
word-sheet = 排版
word-signals = 信号处理
word-signs-network = 特征网络
word-letters-network = 文字网络
word-skin-network = 皮肤网络
word-stretch-network = 变形网络
word-pitch-network = 俯仰网络
word-critic-network = 验收网络
word-refiner-network = 复查抠图的网络
word-selfie-network = 判断人在何处的网络
word-spec = 规格
word-threads = 线程
word-token = 口令
word-some-kind-of = {$name} 的一种特殊形式

reason-it-is-cut-short = 文件不完整
reason-its-headers-disagree-about-its-size = 文件头里的尺寸前后不一致
reason-it-does-not-begin-with-its-header = 开头不是应有的文件头
reason-its-boxes-disagree-about-its-size = 文件里记录的尺寸前后不一致
reason-a-grid-of-no-tiles = 拼图里没有一块图像
reason-its-picture-is-missing = 里面没有图像
reason-it-has-no-sequence-header = 缺少序列头
reason-its-tiles-are-larger-than-the-picture = 拼图块比整幅画面还大
reason-it-says-n-n-px-and-holds-n-n-px = 标称 {$first}×{$second} 像素，实际是 {$third}×{$fourth} 像素
reason-it-holds-no-picture = 里面没有图像
reason-a-plane-is-cut-short = 颜色数据不完整
reason-it-does-not-begin-with-its-start-marker = 开头不是应有的起始标记
reason-it-ends-before-the-frame-header = 在帧头之前就结束了
reason-it-ends-before-the-picture-data = 在图像数据之前就结束了
reason-no-scale-fits = 没有合适的缩小比例
reason-the-picture-data-say-n-n-px = 图像数据标称 {$first}×{$second} 像素
reason-its-strips-have-no-area = 图像条带没有面积
reason-a-strip-is-cut-short = 图像条带不完整
reason-a-strip-claims-to-be-larger-than-the-picture = 图像条带标称比整幅画面还大
reason-the-header-says-n-n-px = 文件头标称 {$first}×{$second} 像素
reason-n-of-the-picture-is-missing-or-garbled = 画面有 {$first}% 缺失或错乱
reason-it-is-broken = 内容已损坏
reason-it-is-for-other-pixels = 与像素的格式不符
reason-other = 里面的数据无法解读

label-hint = 提示：
label-because = 原因：
verdict-pass = 合格
verdict-unknown = 未测
verdict-doubtful = 存疑
verdict-fail = 不合格
status-compliant = 合格
status-review = 存疑
status-not-compliant = 不合格
status-failed = 失败

### 终端与报告

table-item = 项目
table-measured = 实测
table-required = 要求
table-name = 名称
table-title = 说明
table-pixels = 像素
table-resolution = 分辨率
table-bytes = 文件大小
table-head = 头部（像素）
specs-more = “baidi specs 名称”打印规格全文，每个数字都注明出处
specs-face = 脸宽 {$range}
specs-head-share = 头高 {$range}
specs-eye-distance = 眼距 {$range}
specs-none = 内置规格里没有叫“{$wanted}”的，也没有相近的
specs-none-hint = “baidi specs”列出全部规格；--for 后面写平时的叫法，中英文都行，例如 社保、visa
specs-receipt = {$name}：{$receipt}
receipt = {$places}的窗口收的是{$called}，不是照片文件。把这张照片交给{$from}，审核通过后由对方给号；baidi 不能出具。
receipt-valid = {$places}的窗口收的是{$called}，不是照片文件。把这张照片交给{$from}，审核通过后由对方给号，有效期 {$valid}；baidi 不能出具。
label-receipt = 照片回执：
reading-broken = 实测 {$measured}：符合 {$kept}，但不符合 {$broken}
readings-differ = 实测 {$measured}：符合 {$kept}；{$broken} 与之无法同时满足，各处说法不一
reading-hint = 各处说法不一，请问清办理单位按哪一种
check-summary = {$fail ->
    [0] {$doubtful ->
        [0] 全部合格
       *[other] {$doubtful} 项存疑
    }
   *[other] {$doubtful ->
        [0] {$fail} 项不合格
       *[other] {$fail} 项不合格，{$doubtful} 项存疑
    }
}
check-rest = {$pass} 项合格，{$unknown} 项未测
check-rest-more = （-v 逐项列出）
check-clause = 依据：{$clause}
fix-written = 已写出 {$bytes} 字节，质量 {$quality}
fix-would-write = 将写出 {$bytes} 字节，质量 {$quality}
fix-withheld = 不合格，未写出（--strict）
fix-copied = 原样复制
fix-padding = 其中 {$padding} 字节是为凑够大小而加的注释段，不含画面
zip-written = {$cards} 张证件照已打包为 {$path}
sheet-written = {$path}：{$cards} 张，每张 {$width}×{$height} 毫米，共 {$pages} 页；打印时请选“实际大小”，不要缩放
sheet-written-mixed = {$path}：{$cards} 张（{$sizes}），共 {$pages} 页；打印时请选“实际大小”，不要缩放
watch-begin = 正在监视 {$path}，证件照存到 {$output}；按 Ctrl-C 结束
watch-status = 已完成 {$done} 张，其中 {$review} 张存疑、{$broken} 张不合格；失败 {$failed} 张；正在传入 {$waiting} 张
slip-title = 重拍通知
slip-none = 没有要重拍的照片。
slip-and = ；
slip-reason = 原因：{$text}。
slip-advice = 怎么办：{$text}。
batch-summary = 共 {$total} 张：{$compliant} 张合格，{$review} 张存疑，{$broken} 张不合格，{$failed} 张失败{$resumed ->
    [0] {""}
   *[other] ；其中 {$resumed} 张上次已做好
}
progress = {$done}/{$total} 张，{$rate} 张/秒，还需 {$left}
label-note = 说明：
label-edits = 改动：
book-title = 证件照进度
book-summary = 名单 {$total} 人：{$done} 人已完成，{$look} 人待查看，{$again} 人须重拍，{$missing} 人没有照片
book-written = 谁已完成、谁还没有：{$path}，表格在旁边
book-done = 已完成
book-look = 待查看
book-again = 须重拍
book-missing = 没有照片
book-search = 按姓名或号码查找
book-print = 打印
book-line = 行
book-name = 姓名
book-id = 号码
book-state = 状态
book-why = 原因
book-advice = 怎么办
book-cards = 证件照
book-photo = 照片文件
book-strangers = 对不上人的照片
html-title = 证件照处理报告
html-spec = 规格
html-all = 全部
html-before = 处理前
html-after = 处理后
html-rules = 各项不合格张数
html-generated = 由 baidi {$version} 生成

### 做了哪些改动

edit-oriented = 按 EXIF 方向转正
edit-turned = 人像是横躺的，已转 {$degrees}°
edit-converted = 转为 sRGB
edit-background = 更换背景
edit-rotated = 旋转 {$degrees}°
edit-scaled = 缩放 {$factor} 倍
edit-cropped = 裁切
edit-extended = 上方或两侧补背景色
edit-encoded = 重新编码
edit-density = 只改了文件头里的分辨率
edit-copied = 原样复制

### 说明：我们作了哪些假定

note-dry-run = 试运行：没有写任何文件
note-assumed-srgb = 没有色彩配置，按 sRGB 处理
note-assumed-cmyk = CMYK 图片没有可用的色彩配置，颜色只是近似
note-ignored-profile = 色彩配置无法使用（{$reason}），按 sRGB 处理
note-converted-profile = 已从 {$name} 转为 sRGB
note-ignored-gamma = PNG 的伽马值 {$gamma} 已忽略，浏览器也是这样处理
note-oriented-from-tag = 已按 EXIF 方向标记 {$orientation} 转正
note-invalid-orientation = 方向标记 {$tag} 无效，已忽略
note-first-frame-only = 是动图或连拍照片，只取第一帧
note-first-page-only = 有多页，只取第一页
note-alpha-over-white = 透明部分已铺白
note-damaged-part = 画面有 {$percent}% 缺失或损坏
note-missing-detail = 文件不完整：画面是全的，但缺一部分细节
note-leading-junk = 图像前有 {$bytes} 字节无关数据，已跳过
note-base-of-hdr = 是 HDR 照片，取其中的普通画面
note-reduced-for-memory = 为节省内存，长宽各按 1/{$factor} 解码
note-bystander = 背景里还有 {$count} 张较小的人脸（最大的宽 {$width} 像素），按背景处理
note-inset = 照片一角嵌有一张小图，按背景处理；最好换用没有小图的原照片
note-background-kept-by-spec = 规格 {$spec} 不允许更换背景，背景保持原样
note-no-placement = 按这个人的头形，怎样摆放都不能同时满足规格 {$spec} 的 {$rules}
note-already-done = 上次已经做好；照片、规格和证件照都没有变
note-duplicate-name = 同名照片不止一张，输出名里加了扩展名或序号

### 未测的原因

not-measured = 未测
unknown-not-required = 本规格没有这项要求
unknown-no-head = 没有找到人脸，无法测量
unknown-no-face = 没有找到人脸，无法测量
unknown-several-faces = 有几张大小相近的人脸，不知道该量哪一张
unknown-no-matte = 人像与背景没有分开，无法测量
unknown-no-background = 看不到背景，无法测量
unknown-no-garment = 看不到上衣，无法测量
unknown-no-limit = 本规格没有给出限值
unknown-face-outside = 脸有一部分在画面外，无法测量
unknown-face-too-small = 脸太小，量不准
unknown-too-small = 照片太小，量不准
unknown-decoded-smaller = 大图是缩小解码的，压缩痕迹已看不出
unknown-no-colour = 脸上没有颜色，谈不上偏色
unknown-no-outline = 看不到人像的边缘，无法测量
unknown-ears = 看不清耳朵，无法判断
unknown-headwear = 帽子颜色若与头发相近，无法与头发区分
unknown-not-white-yet = 只在做好的白底相片上检查
unknown-no-file-name = 从标准输入读入，没有文件名
unknown-not-built = 这一项目前还不能测
unknown-not-jpeg = 不是 JPEG 文件，不适用
unknown-not-asked = 未看：不影响结果，也没有要求报告

### 规则：名称、各种结论、办法

hint-background-not-allowed = 该证件不允许更换背景，请在符合要求的纯色墙前重拍
hint-placement-not-allowed = 该证件不允许裁切、缩放或旋转，请按要求重拍：{$required}

format-title = 文件格式
format-pass = 是 JPEG 文件
format-doubtful = 文件格式是 {$measured}，有的系统不收
format-fail = 文件格式是 {$measured}，要求 {$required}
format-hint = 用“baidi fix”转成 JPEG；只改扩展名没有用

baseline-title = 编码方式
baseline-pass = 基线 JPEG
baseline-doubtful = 编码方式是 {$measured}，老的制证系统可能打不开
baseline-fail = 编码方式是 {$measured}，要求 {$required}
baseline-hint = 用“baidi fix”重新编码

pixel-size-title = 像素尺寸
pixel-size-pass = 尺寸 {$measured}
pixel-size-doubtful = 尺寸是 {$measured}，要求 {$required}
pixel-size-fail = 照片尺寸必须是 {$required}，现在是 {$measured}
pixel-size-hint = 用“baidi fix”按比例裁切缩放；不要直接拉伸，人会变形

colour-mode-title = 颜色模式
colour-mode-pass = 24 位 RGB
colour-mode-doubtful = 颜色模式是 {$measured}，要求 {$required}
colour-mode-fail = 颜色模式是 {$measured}，要求 {$required}
colour-mode-hint = 用“baidi fix”转成 24 位 RGB；灰度照片请用彩色原图

resolution-title = 分辨率
resolution-pass = 分辨率 {$measured}
resolution-doubtful = 文件头里的分辨率是 {$measured}，要求 {$required}
resolution-fail = 文件头里的分辨率是 {$measured}，要求 {$required}
resolution-none = 文件头里没有写分辨率，要求 {$required}
resolution-hint = 用“baidi fix”写入分辨率，画面不变

file-size-title = 文件大小
file-size-pass = 文件 {$measured}
file-size-doubtful = 文件 {$measured}，接近限定的边缘（{$required}）
file-size-fail = 文件 {$measured}，不在限定的 {$required} 之内
file-size-hint-fixed = 请用 --min-size、--max-size 放宽范围
file-size-hint = 用“baidi fix”编码到限定范围内；可用 --min-size、--max-size 改范围

trailing-data-title = 文件尾
trailing-data-pass = 图像之后没有多余数据
trailing-data-doubtful = 图像之后还有 {$measured}
trailing-data-fail = 图像之后还有 {$measured} 多余数据
trailing-data-hint = 用“baidi fix”重新写一份干净的文件

orientation-tag-title = 方向标记
orientation-tag-pass = 画面本身是正的，不依赖方向标记
orientation-tag-doubtful = 方向标记为 {$measured}，不识别它的系统会把照片显示成横的
orientation-tag-fail = 方向标记为 {$measured}，不识别它的系统会把照片显示成横的
orientation-tag-hint = 用“baidi fix”把画面真正转正

colour-profile-title = 色彩配置
colour-profile-pass = 色彩为 sRGB
colour-profile-doubtful = 色彩配置是 {$measured}，不识别它的系统会显示偏色
colour-profile-fail = 色彩配置是 {$measured}，要求 {$required}
colour-profile-hint = 用“baidi fix”转成 sRGB

file-name-title = 文件名
file-name-pass = 文件名符合要求
file-name-doubtful = 文件名 {$measured} 有的系统不收
file-name-fail = 文件名 {$measured} 不符合要求：{$required}
file-name-check-digit = 文件名里的身份证号校验码不对
file-name-lower-case-x = 身份证号末位的 x 应大写
file-name-hint = 按要求改名，一般是身份证号，末位 X 大写

one-face-title = 只有一人
one-face-pass = 只有一张人脸
one-face-doubtful = 旁边还有人脸，共 {$measured}
one-face-fail = 应当只有一张人脸，找到 {$measured}
one-face-none = 没有找到人脸
one-face-none-hint = 请用正面、光线充足、脸部无遮挡的照片
one-face-hint = 请独自在空墙前重拍，画面里不要有别人、海报或印着的人脸

face-width-title = 脸部宽度
face-width-pass = 脸宽 {$measured}
face-width-doubtful = 脸宽 {$measured}，宜为 {$required}
face-width-fail = 脸宽 {$measured}，要求 {$required}（两耳根之间）
face-width-pulled = 与脸长相比，脸宽是一般人的 {$measured}，宜为 {$required}，照片可能被横向拉宽了
face-width-squeezed = 与脸长相比，脸宽是一般人的 {$measured}，宜为 {$required}，照片可能被纵向拉长了
face-width-squeezed-hint = 请用相机拍的原图裁切，不要拉伸；如果没有拉伸过，这一项只供参考
face-width-pulled-hint = 请用相机拍的原图裁切，不要拉伸；如果没有拉伸过，这一项只供参考
face-width-hint-fixed = 原图取景限制了裁切，请换一张人像周围空间多些的照片
face-width-hint = 用“baidi fix”按脸宽重新裁切；已经做好的证件照若脸太小，不要放大，请用原图

hair-top-title = 头顶留白
hair-top-pass = 头顶距上边 {$measured}
hair-top-doubtful = 头顶距上边 {$measured}，宜为 {$required}
hair-top-fail = 头顶距上边 {$measured}，要求 {$required}（含头发）
hair-top-eye-line-wins = 头顶距上边 {$measured}，要求 {$required}；头发较高，标准允许优先保证眼睛的位置
hair-top-cut-in-source = 您的照片把头发裁掉了
hair-top-cut-in-source-hint = 请重拍，头顶上方留出半个头宽以上的空白；补不出照片里没有的头发
hair-top-bust-first = 头顶距上边 {$measured}，要求 {$required}：照片在下巴以下只有 {$there} 个头宽，为使身体到达下边，头放大了，头发就放不下；以身体到底为先（{$clause}）
hair-top-sides-first = 头顶距上边 {$measured}，要求 {$required}：照片在一侧裁掉了头发或肩膀，为使裁痕落在画面之外，头放大了，头发就放不下；不得露出裁痕（{$clause}）
hair-top-conflict = 头顶距上边 {$measured}，要求 {$required}：头发高，脸宽已是 {$face} 像素（至少 {$least}），再保证眼睛距下边至少 {$eyes} 像素，就放不下全部头发；以眼睛位置为准（{$clause}）
hair-top-conflict-hint = 重拍时把头发压低约 {$flatter} 个头宽，就能完整放下
hair-top-hint-fixed = 原图取景限制了裁切，请换一张头顶留白多些的照片
hair-top-hint = 用“baidi fix”重新裁切；原图头顶被切掉的，请重拍

eye-line-title = 眼睛高度
eye-line-pass = 眼睛距下边 {$measured}
eye-line-doubtful = 眼睛距下边 {$measured}，宜为 {$required}
eye-line-fail = 眼睛距下边 {$measured}，要求 {$required}
eye-line-hint-fixed = 原图取景限制了裁切，请换一张人像周围空间多些的照片
eye-line-hint = 用“baidi fix”重新裁切

eye-distance-title = 两眼间距
eye-distance-pass = 两眼间距 {$measured}
eye-distance-doubtful = 两眼间距 {$measured}，宜为 {$required}
eye-distance-fail = 两眼间距 {$measured}，要求 {$required}
eye-distance-hint-fixed = 原图取景限制了裁切，请换一张人像周围空间多些的照片
eye-distance-hint = 用“baidi fix”重新裁切

chin-to-bottom-title = 下颌高度
chin-to-bottom-pass = 下颌距下边 {$measured}
chin-to-bottom-doubtful = 下颌距下边 {$measured}，宜为 {$required}
chin-to-bottom-fail = 下颌距下边 {$measured}，要求 {$required}
chin-to-bottom-hint-fixed = 原图取景限制了裁切，请换一张胸口拍得更全的照片
chin-to-bottom-hint = 用“baidi fix”重新裁切

centring-title = 左右居中
centring-pass = 两眼中点在 {$measured} 处
centring-doubtful = 两眼中点在 {$measured} 处，宜为 {$required}
centring-fail = 人像不居中：两眼中点在 {$measured} 处，要求 {$required}
centring-hint-fixed = 原图取景限制了裁切，请换一张人像两边都有空间的照片
centring-hint = 用“baidi fix”重新裁切

head-share-bust-first = 头高占照片 {$measured}，宜为 {$required}：照片在下巴以下只有 {$there} 个头宽，为使身体到达下边，头放大了；以身体到底为先（{$clause}）
head-share-sides-first = 头高占照片 {$measured}，宜为 {$required}：照片在一侧裁掉了头发或肩膀，为使裁痕落在画面之外，头放大了；以此为先（{$clause}）
next-shot-below = 请站远些重拍，下巴以下至少拍到 {$wanted} 个头宽，现在只有 {$there} 个
next-shot-beside = 请站远些、端正地重拍，头发和双肩都要拍全
head-share-conflict = 头高占照片 {$measured}，宜为 {$required}：这个人头长脸窄，脸宽已是 {$face} 像素（至少 {$least}），头不能再小；以脸宽为准（{$clause}）
head-share-title = 头部比例
head-share-pass = 头高占照片 {$measured}
head-share-doubtful = 头高占照片 {$measured}，宜为 {$required}
head-share-fail = 头高占照片 {$measured}，要求 {$required}
head-share-hint-fixed = 脸宽合格时以脸宽为准，这一项只供参考
head-share-hint = 用“baidi fix”重新裁切，脸宽合格时以脸宽为准

roll-title = 头部端正
roll-pass = 两眼水平，偏 {$degrees}°
roll-doubtful = 头略歪，偏 {$degrees}°，宜为 {$required}
roll-fail = 头歪了 {$degrees}°，要求 {$required}
roll-hint-fixed = 请坐正、平视镜头，重拍
roll-hint = 用“baidi fix”转正；歪得多的请重拍

yaw-title = 左右转头
yaw-pass = 正对镜头
yaw-doubtful = 头略向一侧转，约 {$degrees}°
yaw-fail = 头转向一侧约 {$degrees}°，应正对镜头
yaw-hint = 请正对镜头重拍，两耳露出一样多
yaw-to-right-hint = 请把头向自己的右边转约 {$degrees}°，鼻尖对准镜头，两耳露出一样多，再拍一张
yaw-to-left-hint = 请把头向自己的左边转约 {$degrees}°，鼻尖对准镜头，两耳露出一样多，再拍一张

pitch-title = 抬头低头
pitch-pass = 平视镜头
pitch-doubtful = 略抬头或低头，约 {$degrees}°
pitch-fail = 抬头或低头约 {$degrees}°，应平视镜头
pitch-hint = 请把镜头放到与眼睛同高，平视重拍
pitch-down-hint = 请抬下巴约 {$degrees}°，镜头与眼睛同高，重拍
pitch-up-hint = 请收下巴约 {$degrees}°，镜头与眼睛同高，重拍

background-white-title = 背景颜色
background-white-pass = 背景是纯白色
background-white-doubtful = 背景不够白：{$measured} 的背景偏离 {$colour}，最暗处 {$darkest}
background-white-fail = 背景不是纯白色：{$measured} 的背景偏离 {$colour}，最暗处 {$darkest}
background-white-hint-fixed = 背景没有换干净，请看看做好的证件照；站在空白墙前重拍效果最好
background-white-hint = 用“baidi fix”更换背景
background-line = 墙上有一道线：砖缝、门框或电线
background-line-hint = 请站在空白墙前重拍，避开砖缝、门框和电线
background-colour-pass = 背景是所要的颜色 {$colour}
background-colour-doubtful = 背景颜色不够准：{$measured} 的背景偏离 {$colour}，最多差 {$farthest}
background-colour-fail = 背景颜色不对：{$measured} 的背景偏离 {$colour}，最多差 {$farthest}

background-even-title = 背景均匀
background-even-pass = 背景均匀
background-even-doubtful = 背景略有深浅：{$measured}，宜为 {$required}
background-even-fail = 背景有阴影、渐变或杂物：{$measured}，要求 {$required}
background-even-hint-fixed = 背景没有换干净，请看看做好的证件照；站在空白墙前重拍效果最好
background-even-hint = 用“baidi fix”换背景；重拍时离墙一米以上，避免影子

border-title = 边框
border-pass = 没有边框
border-doubtful = 四边好像有边框或圆角
border-fail = 照片带边框或圆角
border-hint = 请用没有边框、扫描边和圆角的原图：现在四周有宽 {$measured} 的边框

edge-halo-title = 人像边缘
edge-halo-pass = 边缘干净
edge-halo-doubtful = 人像边缘略有旧背景的颜色（{$measured}）
edge-halo-line = 人像四周有一圈同色的线（占轮廓 {$measured}，宜为 {$required}）
edge-halo-fade = 人像边缘向背景渐渐淡去（占脸宽 {$measured}，宜为 {$required}），像是被光吃掉了
edge-halo-left = 人物旁边可能留有原背景（约为脸部的 {$measured}，宜为 {$required}）
edge-halo-bits = 人像边缘似乎留有几处背景，或者边缘呈锯齿状（第三大的一处占脸的 {$measured}，宜为 {$required}）
edge-halo-lost = 人物可能缺了一块（约为脸部的 {$measured}，宜为 {$required}）
edge-halo-fail = 人像边缘有一圈旧背景的颜色（{$measured}）
edge-halo-unsure = 抠图没有把握（{$measured}，宜为 {$required}），请看看头发和肩膀的边缘
edge-halo-unsure-hint = 背景干净、与头发反差大时抠得最准；请站在白墙或灰墙前重拍
edge-halo-hint = 请用原图重做；背景干净、与头发反差大时边缘最干净

bust-conflict = 身体没有到达下边（{$measured}）：脸宽放到最大的 {$most} 像素也到不了，现在是 {$face} 像素；以脸宽为准（{$clause}）
bust-title = 肩部完整
bust-pass = 身体延伸到了下边
bust-doubtful = 身体没有完全填满下边（{$measured}）
bust-fail = 身体没有到下边，人像悬空（{$measured}）
bust-neck = 照片只到脖子，没有肩膀：下边缺 {$measured}
bust-side = 照片边缘在证件照内 {$measured} 处，把人切出一条直边
bust-hint = 请退远些重拍，拍到胸口：现在下边缺 {$measured} 身体，baidi 不会凭空补画

source-size-title = 原图大小
source-size-pass = 原图够大
source-size-doubtful = 原图偏小：{$measured}，宜为 {$required}
source-size-fail = 原图太小：{$measured}，要求 {$required}
source-size-enlarged = 原图要放大到 {$measured} 才够用，宜为 {$required}
source-size-hint = 请用相机拍的原图，不要用聊天软件转存的缩略图；或走近些重拍

sharpness-title = 清晰度
sharpness-pass = 清晰
sharpness-doubtful = 不够清晰（{$measured}，宜为 {$required}）
sharpness-fail = 照片模糊（{$measured}，要求 {$required}）
sharpness-hint = 请对准眼睛对焦，架稳相机，光线亮一些，重拍
sharpness-moved = 拍摄时相机或人动了（{$measured}，宜为 {$required}）
sharpness-moved-hint = 请架稳相机，光线亮一些，重拍
sharpness-wax = 皮肤没有纹理，像是磨过皮（可能性 {$measured}，宜为 {$required}）
sharpness-wax-hint = 请用相机里的原图，关掉美颜和滤镜：美化过的照片会被退回
sharpness-steps = 像素成块，像是小图放大的（{$measured}，宜为 {$required}）
sharpness-steps-hint = 请用相机里的原图，不要用放大的小图
sharpness-rims = 边缘有锐化的白边或画面粗糙，像是锐化过度（{$measured}，宜为 {$required}）
sharpness-rims-hint = 请用相机里的原图，关掉锐化和滤镜

compression-title = 压缩痕迹
compression-pass = 没有明显压缩痕迹
compression-doubtful = 有压缩痕迹（{$measured}）
compression-fail = 压缩过重，出现了方块（{$measured}）
compression-hint = 请用相机拍的原图，不要用聊天软件或网页转存过的图
compression-tones = 色调太少，出现色阶断层（{$measured}）
compression-tones-hint = 请使用相机原图，不要用存成少量颜色的图片（GIF、索引色、文本扫描）

noise-title = 噪点
noise-pass = 噪点少
noise-doubtful = 噪点偏多（{$measured}）
noise-fail = 噪点太多（{$measured}）
noise-hint = 请在光线明亮处重拍，相机就不必提高感光度

exposure-title = 曝光
exposure-pass = 曝光合适
exposure-doubtful = 脸部偏暗或偏亮（{$measured}，宜为 {$required}）
exposure-fail = 脸部太暗或太亮（{$measured}，要求 {$required}）
exposure-dark = 脸部偏暗（{$measured}，要求 {$required}）
exposure-dark-hint = 请面向窗户或柔和的灯重拍，不要逆光；现在皮肤最亮处只有 {$measured}
exposure-bright = 脸部过曝（{$measured}，要求 {$required}）
exposure-bright-hint = 请关掉闪光灯、避开直射阳光重拍：现在脸上有 {$measured} 白得没有细节
exposure-bright-eyes = 眼白过曝（{$measured}，宜为 {$required}）
exposure-bright-eyes-hint = 请关掉闪光灯、避开直射阳光重拍，或调低曝光
exposure-veil = 面部蒙着一层灰白：最暗处也有 {$measured}，宜为 {$required}
exposure-veil-hint = 请擦净镜头、避开逆光后重拍；扫描件请重新设定黑场
exposure-hint = 请面向窗户等柔和的光重拍，不要逆光

face-light-title = 脸部光线
face-light-pass = 脸部光线均匀
face-light-doubtful = 脸的两边亮度不同（{$measured}）
face-light-fail = 脸上光线不均匀，一边暗（{$measured}）
face-light-hint = 请正对光源重拍，让两颊一样亮：现在亮的一边是暗的一边的 {$measured}
face-light-right-hint = 请正对光源重拍：您右脸的亮度是左脸的 {$measured}，可在左边放一张白纸补光
face-light-left-hint = 请正对光源重拍：您左脸的亮度是右脸的 {$measured}，可在右边放一张白纸补光

hot-spots-title = 反光
hot-spots-pass = 脸上没有亮斑
hot-spots-doubtful = 脸上有亮斑（{$measured}）
hot-spots-fail = 脸上亮斑过多（{$measured}）
hot-spots-hint = 请擦干额头、鼻子和脸颊，关掉闪光灯重拍：现在脸上有 {$measured} 反光发白

colour-cast-title = 偏色
colour-cast-pass = 颜色自然
colour-cast-doubtful = 略偏色（{$measured}）
colour-cast-fail = 偏色（{$measured}）
colour-cast-red = 肤色偏红（{$measured}，宜为 {$required}）
colour-cast-green = 肤色偏黄绿（{$measured}，宜为 {$required}）
colour-cast-blue = 肤色偏蓝（{$measured}，宜为 {$required}）
colour-cast-hint = 请在自然光下重拍，关掉彩灯和滤镜，白平衡用自动
colour-cast-orange = 光线偏橙：眼白也是橙的（{$measured}，宜为 {$required}）
colour-cast-pink = 光线偏粉：眼白也是粉的（{$measured}，宜为 {$required}）

black-and-white-title = 彩色照片
black-and-white-pass = 是彩色照片
black-and-white-doubtful = 颜色很淡（{$measured}）
black-and-white-fail = 是黑白照片
black-and-white-tint = 整张照片只有一种色调（{$measured}），像是染成单色的照片
black-and-white-hint = 请用彩色拍摄的照片；黑白照片补不出颜色

red-eye-title = 红眼
red-eye-pass = 没有红眼
red-eye-doubtful = 可能有红眼
red-eye-fail = 有红眼
red-eye-hint = 请关掉闪光灯，到亮一些的地方重拍

eyes-open-title = 睁眼
eyes-open-pass = 两眼睁开
eyes-open-doubtful = 眼睛睁得小（{$measured}）
eyes-open-fail = 眼睛闭着（{$measured}）
eyes-shut-doubtful = 可能有一只眼闭着（可能性 {$measured}）
eyes-shut-fail = 眼睛闭着（可能性 {$measured}）
eyes-shut-hint = 请睁开双眼重拍，别让头发或反光挡住眼睛；人都会眨眼，多拍几张
eyes-open-hint = 请把眼睛睁大些重拍：现在眼缝是眼宽的 {$measured}，应为 {$required}

gaze-title = 目光
gaze-pass = 看着镜头
gaze-doubtful = 可能没有看镜头（{$measured}）
gaze-fail = 没有看镜头（{$measured}）
gaze-hint = 请直视镜头重拍，不要看旁边的屏幕

mouth-title = 嘴部
mouth-pass = 嘴是闭着的
mouth-doubtful = 嘴略张开（{$measured}）
mouth-fail = 嘴张开了（{$measured}）
mouth-hint = 请合上嘴唇、不露齿，重拍：现在唇缝是嘴宽的 {$measured}，应为 {$required}

glasses-title = 眼镜
glasses-pass = 眼镜没有问题
glasses-doubtful = 眼镜可能有反光或粗框
glasses-fail = 眼镜反光、有色或挡住眼睛
glasses-glare = 镜片好像反光（{$measured}，宜为 {$required}）
glasses-glare-hint = 请避开正对镜片的灯，把镜腿略抬高、让镜片微微朝下，再拍一张
glasses-frame = 镜框较粗，边框占脸宽的 {$measured}（宜为 {$required}）
glasses-frame-hint = 请换细框眼镜或摘下眼镜，再拍一张
glasses-tint = 镜片好像有颜色，镜片后的眼睛或皮肤亮度只有脸颊的 {$measured}（宜为 {$required}）
glasses-tint-hint = 请换无色镜片或摘下眼镜，再拍一张
glasses-worn = 戴着眼镜，镜片没有反光，也没有颜色；平时一直戴眼镜的可以戴
glasses-hint = 平时戴眼镜的可以戴，但镜片要无色、不反光，镜框要细；反光时把镜腿略抬高、让镜片微微朝下，再拍一张

hair-over-face-title = 头发遮脸
hair-over-face-pass = 头发没有遮脸
hair-over-face-doubtful = 头发可能遮住眉毛或脸的侧面
hair-over-face-fail = 头发遮住了眉毛或眼睛
hair-over-face-hint = 请把刘海别起来，露出双眉和额头，重拍

ears-title = 露耳
ears-pass = 两耳露出
ears-doubtful = 耳朵可能被遮住
ears-fail = 耳朵被遮住
ears-hint = 请把头发拢到两耳后面，重拍

face-covered-title = 面部遮挡
face-covered-pass = 面部无遮挡
face-covered-doubtful = 面部可能有遮挡（约 {$measured}，宜为 {$required}）
face-covered-patch = 脸上有一块颜色与周围皮肤不同（占面颊和鼻部的 {$measured}，宜为 {$required}）
face-covered-written = 脸上有文字、印章或水印（占脸宽平方的 {$measured}，宜为 {$required}）
face-covered-fail = 面部被遮住一部分（约 {$measured}）：口罩、手、手机或围巾
face-covered-hint = 请把手放下，取下口罩等遮挡物，从眉毛到下巴完整露出后重拍

headwear-title = 帽子
headwear-pass = 没有戴帽子
headwear-doubtful = 额头以上有不像头发的颜色（{$measured}，宜为 {$required}），可能戴着帽子或头巾
headwear-worn-doubtful = 头上似乎戴着帽子或头巾
headwear-fail = 戴着帽子或头饰
headwear-hint = 请摘下帽子和头饰重拍；宗教头饰在该证件允许、且不遮脸时可以保留

accessories-title = 饰物
accessories-pass = 没有佩戴饰物
accessories-doubtful = 耳朵、颈部或头发上似乎有饰物或耳机（约占脸宽平方的 {$measured}）
accessories-fail = 佩戴了饰物或耳机
accessories-hint = 请摘下耳环、项链、耳机和发饰；不少机构要求照片上没有饰物

shoulders-title = 双肩
shoulders-pass = 双肩平齐
shoulders-doubtful = 双肩一高一低（相差 {$measured}，宜为 {$required}）
shoulders-fail = 双肩一高一低（相差 {$measured}，要求 {$required}）
shoulders-hint = 请坐正，双臂自然下垂，身体正对镜头后重拍
shoulders-bare = 肩部可能裸露（可见部分 {$measured} 是皮肤，宜为 {$required}）
shoulders-bare-hint = 请换有袖、能遮住肩部的上衣后重拍

top-title = 上衣
top-pass = 上衣与背景分得开
top-doubtful = 上衣颜色偏浅（{$measured}，宜为 {$required}）
top-fail = 上衣太浅，与白背景分不开（{$measured}，要求 {$required}）
top-colour = 上衣与背景一样深浅（{$measured}，宜为 {$required}），可能分不开
top-hint = 请换深色上衣重拍，不要穿制服：现在上衣亮度是背景的 {$measured}
